namespace Bms.Can.Io;

/// <summary>Files for what needs to be jumped in but comes or goes through a pipe.</summary>
internal static class TemporaryFile
{
    /// <summary>A new empty file that is gone when it is closed.</summary>
    public static FileStream Create()
        => new(Path.Combine(Path.GetTempPath(), "bms-" + Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
}

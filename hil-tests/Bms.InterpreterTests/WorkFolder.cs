namespace Bms.InterpreterTests
{
    /// <summary>A folder for converted assemblies, gone when the test ends.</summary>
    internal sealed class WorkFolder : IDisposable
    {
        /// <summary>Its path.</summary>
        public string Path { get; } = Directory.CreateTempSubdirectory("bms-interpreter-").FullName;

        /// <inheritdoc/>
        public void Dispose()
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}

using System.Buffers.Binary;
using System.Text;
using Bms.Can.Io;
using Bms.Can.Log;

namespace Bms.Can.Mdf;

/// <summary>Reads MDF4 bus logs (ASAM: CAN_DataFrame, CAN_RemoteFrame, CAN_ErrorFrame), sorted or not, packed or not, finalised or not.</summary>
/// <remarks>
/// Groups are merged by time, so that files with one group for each identifier give one log. The format needs to jump within the file: what comes packed or through a pipe goes to a temporary file first.
/// Memory: one block of data for each group that holds frames; 512 MB of unpacked blocks at most.
/// </remarks>
internal sealed class MdfReader : CanLogReader
{
    private const int MostGroups = 20_000;

    // Steps that an unfinalised file still needs: the length of its last data block.
    private const int LastLengthMissing = 4;

    private readonly List<MdfCursor> _cursors = [];
    private readonly PriorityQueue<int, (long TimeNs, int Index)> _next = new();
    private MdfFile? _file;
    private string _version = "";
    private bool _isStarted;
    private bool _isUnfinalised;

    public MdfReader(LogInput input, bool lenient)
        : base(input, lenient)
    {
    }

    public override CanLogFormat Format => CanLogFormat.Mdf4;

    public override string FormatText => "ASAM MDF " + (_version.Length > 0 ? _version : "4");

    private protected override bool Fill(CanFrameBlock block)
    {
        if (!_isStarted)
        {
            _isStarted = true;
            Start();
        }

        while (!block.IsFull)
        {
            if (!_next.TryDequeue(out int index, out _))
            {
                return false;
            }

            MdfCursor cursor = _cursors[index];
            int channel = ChannelOfNumber(cursor.Bus);
            if (channel < 0)
            {
                Skip(CanLogException.Of(Name, "a record has a bus number above 255", "The file is damaged; read it leniently to use what is whole"));
            }
            else
            {
                long timeNs = (StartNs ?? 0) + cursor.TimeNs;
                if ((cursor.Flags & CanFrameFlags.Remote) != 0)
                {
                    block.Add(timeNs, channel, cursor.Id, cursor.Flags, cursor.Length, 0);
                }
                else
                {
                    block.Add(timeNs, channel, cursor.Id, cursor.Flags, cursor.Payload);
                }
            }

            Advance(index);
        }

        return true;
    }

    private protected override void Dispose(bool disposing)
    {
        foreach (MdfCursor cursor in _cursors)
        {
            cursor.Dispose();
        }

        _file?.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Goes to a group's next frame and puts it in line.</summary>
    private void Advance(int index)
    {
        MdfCursor cursor = _cursors[index];
        while (true)
        {
            try
            {
                if (cursor.TryNext())
                {
                    _next.Enqueue(index, (cursor.TimeNs, index));
                    return;
                }
            }
            catch (CanLogException fault)
            {
                Skip(fault);
                continue;
            }

            if (cursor.Problem is { } problem)
            {
                if (_isUnfinalised)
                {
                    Note("The recording was not finalised, and its last record is not whole: it was left out.");
                }
                else
                {
                    Skip(CanLogException.Of(Name, problem, "It was cut off; copy it again, or read it leniently to use what is whole"));
                }
            }

            return;
        }
    }

    private void Start()
    {
        _file = new MdfFile(Input.Seekable ?? Spool(), Name);
        Span<byte> head = stackalloc byte[64];
        if (_file.ReadAt(0, head) < 64)
        {
            throw CanLogException.At(Name, _file.Length, "the file ends within its head", "It was cut off; copy it again");
        }

        int version = BinaryPrimitives.ReadUInt16LittleEndian(head[28..]);
        _version = Encoding.ASCII.GetString(head[8..16]).TrimEnd(' ', '\0');
        if (version < 400)
        {
            throw CanLogException.At(Name, 28, $"this is MDF version {version / 100}.{version % 100:D2}, and only version 4 holds bus logs", "Convert it to version 4, for instance with asammdf");
        }

        int steps = head.StartsWith("UnFinMF "u8) ? BinaryPrimitives.ReadUInt16LittleEndian(head[60..]) : 0;
        _isUnfinalised = head.StartsWith("UnFinMF "u8);
        if (_isUnfinalised)
        {
            Note("The recording was not finalised: it ends where the logger was cut off.");
        }

        MdfBlock hd = _file.ReadBlock(64, "HD", 12);
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(hd.Contents);
        if (start is >= (ulong)LogTime.FirstAbsoluteNs and < 8_000_000_000_000_000_000)
        {
            StartNs = (long)start;
            HasAbsoluteTime = true;
        }

        ReadGroups(hd.Link(0), _isUnfinalised && ((steps & LastLengthMissing) != 0 || steps == 0));
        for (int index = 0; index < _cursors.Count; index++)
        {
            Advance(index);
        }
    }

    private void ReadGroups(long link, bool isOpenEnded)
    {
        var seen = new HashSet<long>();
        int channelsLeft = 20_000;
        int groupsLeft = MostGroups;
        bool hasOthers = false;
        while (link != 0)
        {
            if (!seen.Add(link))
            {
                throw _file!.Fault(link, "the list of data groups runs in a circle");
            }

            MdfBlock block = _file!.ReadBlock(link, "DG", 1);
            int idSize = block.Contents[0];
            if (idSize is not (0 or 1 or 2 or 4 or 8))
            {
                throw _file.Fault(link, $"a data group has record numbers of {idSize} bytes");
            }

            var groups = new List<MdfGroup>();
            long next = block.Link(1);
            while (next != 0)
            {
                if (!seen.Add(next) || --groupsLeft < 0)
                {
                    throw _file.Fault(next, groupsLeft < 0 ? $"the file has more than {MostGroups} groups" : "the list of channel groups runs in a circle");
                }

                MdfGroup group = MdfGroup.Read(_file, next, ref channelsLeft);
                groups.Add(group);
                next = group.Next;
            }

            hasOthers |= groups.Exists(group => group.Kind == MdfKind.Other);
            if (groups.Exists(group => group.HoldsFrames))
            {
                if (idSize == 0 && groups.Count > 1)
                {
                    throw _file.Fault(link, "a data group has several channel groups but no record numbers");
                }

                _cursors.Add(new MdfCursor(_file, groups, idSize, block.Link(2), isOpenEnded));
            }

            link = block.Link(0);
        }

        if (_cursors.Count == 0)
        {
            Note("The file holds no groups of CAN frames (CAN_DataFrame).");
        }
        else if (hasOthers)
        {
            Note("The file holds groups besides CAN frames, such as other buses or measured signals: they were passed over.");
        }
    }

    /// <summary>Puts the whole log into a temporary file that is gone when closed.</summary>
    private FileStream Spool()
    {
        FileStream file = TemporaryFile.Create();
        try
        {
            do
            {
                file.Write(Input.Window);
                Input.Advance(Input.Window.Length);
            }
            while (Input.Fill());
            if (Input.ArchiveFault is { } archive)
            {
                Skip(CanLogException.At(Name, Input.Offset, "the compressed file is damaged or cut off", "Copy it again, or read it leniently to use what is whole", archive));
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Bms.IlTools
{
    /// <summary>One frame of a recording for <see cref="MeteredFirmware"/>.</summary>
    /// <param name="TimeMs">Controller time from which the firmware may take it, in ms.</param>
    /// <param name="Id">Identifier, 11 or 29 bits.</param>
    /// <param name="IsExtended">True for an identifier of 29 bits.</param>
    /// <param name="Payload">0..8 bytes.</param>
    public readonly record struct RecordedFrame(uint TimeMs, uint Id, bool IsExtended, byte[] Payload);

    /// <summary>The contract-built firmware, rewritten by <see cref="IlMeter"/> and loaded beside the PC build, on a recorded bus.</summary>
    /// <remarks>
    /// Typical use: take the frames that the bench's modules and sensor sent in a run, replay them here cycle by cycle, and read <see cref="Counters"/> after
    /// each. The counters belong to the loaded assembly: a second instance counts apart. Not for more than one thread.
    /// </remarks>
    public sealed class MeteredFirmware : IDisposable
    {
        /// <summary>The five stages of the cycle, in their order; indices of the counters' stages.</summary>
        public static IReadOnlyList<string> Stages { get; } =
        [
            "Bms.Core.Measurement.PackMeasurement::Update",
            "Bms.Core.Estimation.StateEstimation::Update",
            "Bms.Core.Protection.FaultMonitor::Update",
            "Bms.Core.Control.PackControl::Update",
            "Bms.Core.Reporting.PackReporter::Update",
        ];

        /// <summary>Where the cycle begins: its entry in the rules of the scan.</summary>
        public const string CycleRoot = "Bms.Core.BatteryController::Update";

        private readonly AssemblyLoadContext _context;
        private readonly string _folder;
        private readonly Type _runType;

        private readonly long _staticAllocations;
        private readonly long _staticCostTenths;

        private Action<uint>? _cycle;
        private Func<int>? _sentCount;
        private Func<int>? _takenCount;
        private Func<bool>? _isClosed;

        private MeteredFirmware(string folder, Assembly core, Assembly driver, AssemblyLoadContext context)
        {
            _folder = folder;
            _context = context;
            _runType = driver.GetType("Bms.MeterDriver.FirmwareRun", throwOnError: true)!;
            Counters = new IlCounters(core);

            // The interpreter runs every static constructor before the program starts; .NET would run them in the first cycles that need them.
            foreach (Type type in core.GetTypes())
            {
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            }

            _staticAllocations = Counters.Allocations;
            _staticCostTenths = Counters.CostTenths;
        }

        /// <summary>Folder of the contract build that comes with this library.</summary>
        public static string DefaultContractFolder => Path.Combine(AppContext.BaseDirectory, "contract");

        /// <summary>The counters; set to zero by <see cref="Start"/> after construction, and by the caller whenever it likes.</summary>
        public IlCounters Counters { get; }

        /// <summary>Frames that the firmware has sent since <see cref="Start"/>.</summary>
        public int SentCount => Started(_sentCount)();

        /// <summary>Recorded frames that the firmware has taken since <see cref="Start"/>.</summary>
        public int TakenCount => Started(_takenCount)();

        /// <summary>True while the firmware drives both main contactors: shows that a recording got it to work at all.</summary>
        public bool IsClosed => Started(_isClosed)();

        /// <summary>Heap objects that the static tables and the controller's construction made, by the interpreter's rules.</summary>
        public long StartAllocations { get; private set; }

        /// <summary>Cost of the static tables and of construction, in tenths of an IL equivalent.</summary>
        public long StartCostTenths { get; private set; }

        /// <summary>Rewrites and loads the firmware.</summary>
        /// <param name="contractFolder">Folder with the contract-built Bms.Core, Bms.MeterDriver and their references; null for the one beside the program.</param>
        /// <exception cref="FileNotFoundException">The folder lacks an assembly.</exception>
        public static MeteredFirmware Load(string? contractFolder = null)
        {
            string source = contractFolder ?? DefaultContractFolder;
            string folder = Directory.CreateTempSubdirectory("bms-meter-").FullName;
            var context = new MeterContext();
            try
            {
                string core = Path.Combine(folder, "Bms.Core.dll");
                string driver = Path.Combine(folder, "Bms.MeterDriver.dll");
                IlMeter.Instrument(Path.Combine(source, "Bms.Core.dll"), core, Stages);
                IlMeter.Retarget(Path.Combine(source, "Bms.MeterDriver.dll"), driver);
                context.Core = LoadCopy(context, core);
                return new MeteredFirmware(folder, context.Core, LoadCopy(context, driver), context);
            }
            catch
            {
                context.Unload();
                Directory.Delete(folder, recursive: true);
                throw;
            }
        }

        /// <summary>Values of a preset of the firmware, to be changed and given to <see cref="Start"/>.</summary>
        /// <param name="chemistry">One of the firmware's chemistry constants.</param>
        /// <param name="cellCount">Cells in series.</param>
        /// <param name="capacityMah">Capacity of the pack, in mAh.</param>
        public int[] Preset(int chemistry, int cellCount, int capacityMah)
        {
            return (int[])_runType.GetMethod("Preset")!.Invoke(null, [chemistry, cellCount, capacityMah])!;
        }

        /// <summary>Makes a controller on a recorded bus. May be called again: the controller before is then forgotten.</summary>
        /// <param name="parameterValues">All values of the parameter block, in the order of the ids.</param>
        /// <param name="frames">The recording; times rising.</param>
        public void Start(int[] parameterValues, IReadOnlyList<RecordedFrame> frames)
        {
            Counters.Reset();
            object run = Activator.CreateInstance(
                _runType,
                parameterValues,
                frames.Select(f => f.TimeMs).ToArray(),
                frames.Select(f => f.IsExtended ? f.Id | 0x80000000 : f.Id).ToArray(),
                frames.Select(f => f.Payload).ToArray())!;
            _cycle = Bind<Action<uint>>(run, "Cycle");
            _sentCount = Bind<Func<int>>(run, "SentCount");
            _takenCount = Bind<Func<int>>(run, "TakenCount");
            _isClosed = Bind<Func<bool>>(run, "IsClosed");
            StartAllocations = _staticAllocations + Counters.Allocations;
            StartCostTenths = _staticCostTenths + Counters.CostTenths;
            Counters.Reset();
        }

        /// <summary>Runs one control cycle.</summary>
        /// <param name="nowMs">Controller time, in ms.</param>
        public void Cycle(uint nowMs)
        {
            Started(_cycle)(nowMs);
        }

        /// <summary>Forgets the assemblies and deletes the rewritten files.</summary>
        public void Dispose()
        {
            _context.Unload();
            Directory.Delete(_folder, recursive: true);
        }

        private static T Started<T>(T? member) where T : Delegate
        {
            return member ?? throw new InvalidOperationException("Start has not been called.");
        }

        private T Bind<T>(object run, string method) where T : Delegate
        {
            return _runType.GetMethod(method)!.CreateDelegate<T>(run);
        }

        // From memory, so that the files can be deleted while the assembly lives.
        private static Assembly LoadCopy(AssemblyLoadContext context, string path)
        {
            using var stream = new MemoryStream(File.ReadAllBytes(path));
            return context.LoadFromStream(stream);
        }

        // The program that meters may hold the PC build of Bms.Core as well: the driver must get the metered one of the same name.
        private sealed class MeterContext : AssemblyLoadContext
        {
            public MeterContext()
                : base("metered firmware", isCollectible: true)
            {
            }

            public Assembly? Core { get; set; }

            protected override Assembly? Load(AssemblyName assemblyName)
            {
                return assemblyName.Name == "Bms.Core" ? Core : null;
            }
        }
    }
}

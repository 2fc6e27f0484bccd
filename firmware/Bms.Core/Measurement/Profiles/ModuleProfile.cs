using Bms.Core.Configuration;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>Kinds of cell modules that the firmware understands, and the figures that tell them apart. A pack is made of modules of one kind.</summary>
    /// <remarks>Read at start-up only. Layouts and identifiers stand in hardware/can, sources and marks in docs/firmware/Bms.Core/Profiles.md.</remarks>
    public static class ModuleProfile
    {
        /// <summary>Module of this project: hardware/can/bms.dbc.</summary>
        public const int Reference = 0;

        /// <summary>BMW i3 cell supervision circuit.</summary>
        public const int BmwI3 = 1;

        /// <summary>Volkswagen MQB: e-Golf, GTE.</summary>
        public const int VwMqb = 2;

        /// <summary>Volkswagen MEB: ID. family.</summary>
        public const int VwMeb = 3;

        /// <summary>Mitsubishi Outlander PHEV.</summary>
        public const int OutlanderPhev = 4;

        /// <summary>Number of kinds.</summary>
        public const int Count = 5;

        /// <summary>Name as it stands in files and tools.</summary>
        /// <param name="profile">One of the constants.</param>
        public static string NameOf(int profile)
        {
            switch (profile)
            {
                case BmwI3: return "BmwI3";
                case VwMqb: return "VwMqb";
                case VwMeb: return "VwMeb";
                case OutlanderPhev: return "OutlanderPhev";
                default: return "Reference";
            }
        }

        /// <summary>True where the modules answer when they are asked and are silent else; false where they send when they like.</summary>
        /// <param name="profile">One of the constants.</param>
        public static bool IsPolled(int profile)
        {
            return profile == BmwI3 || profile == VwMqb || profile == VwMeb;
        }

        /// <summary>True where frames of the kind carry a CRC that the firmware checks; without it a value that jumps must be confirmed.</summary>
        /// <param name="profile">One of the constants.</param>
        public static bool HasCrc(int profile)
        {
            return profile == Reference || profile == BmwI3;
        }

        /// <summary>Cells of a usual module of the kind.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int UsualCells(int profile)
        {
            return profile == OutlanderPhev ? 8 : 12;
        }

        /// <summary>Most cells that a module of the kind can report.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int MostCells(int profile)
        {
            return profile == OutlanderPhev ? 8 : profile == VwMqb || profile == VwMeb ? 13 : 12;
        }

        /// <summary>Fewest cells of a module of the kind; below it the modules would not do for 192 cells, or frames would stay empty.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int FewestCells(int profile)
        {
            return profile == Reference ? 12 : profile == BmwI3 ? 10 : profile == OutlanderPhev ? 5 : 8;
        }

        /// <summary>Voltages in one frame of the kind.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int CellsPerFrame(int profile)
        {
            return profile == BmwI3 ? 3 : 4;
        }

        /// <summary>Most temperatures that a module of the kind can report.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int MostTemperatures(int profile)
        {
            return profile == VwMeb ? 1 : profile == VwMqb || profile == OutlanderPhev ? 3 : 4;
        }

        /// <summary>Temperatures of a usual module of the kind, as the sources use them.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int UsualTemperatures(int profile)
        {
            return profile == BmwI3 || profile == VwMqb ? 2 : MostTemperatures(profile);
        }

        /// <summary>Step in which modules of the kind tell temperatures, in 0.1 degC, at least 1.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int TemperatureStepDeciC(int profile)
        {
            return profile == BmwI3 ? 10 : profile == VwMqb || profile == VwMeb ? 5 : 1;
        }

        /// <summary>Most modules of the kind that have identifiers.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int MostModules(int profile)
        {
            return profile == OutlanderPhev ? 24 : profile == VwMeb ? 15 : 16;
        }

        /// <summary>Modules, the first ones, whose temperatures have identifiers that are known; those of MQB end at the eighth.</summary>
        /// <param name="profile">One of the constants.</param>
        public static int ModulesWithTemperatures(int profile)
        {
            return profile == VwMqb ? 8 : MostModules(profile);
        }

        /// <summary>Time between two measurements of a module, in ms. The i3 is asked by the controller, one module every 50 ms.</summary>
        /// <param name="profile">One of the constants.</param>
        /// <param name="moduleCount">Modules of the pack, at least 1.</param>
        public static int PeriodMs(int profile, int moduleCount)
        {
            switch (profile)
            {
                case BmwI3: return moduleCount < 2 ? 100 : 50 * moduleCount;
                case VwMqb:
                case VwMeb:
                    return 500;
                default: return 100;
            }
        }

        /// <summary>Cells of a full module, as a block has it: its own figure, or the usual one of the kind.</summary>
        /// <param name="parameters">A block with a valid profile.</param>
        public static int CellsPerModuleOf(ParameterBlock parameters)
        {
            int cells = parameters.Get(ParameterId.CellsPerModule);
            return cells != 0 ? cells : UsualCells(parameters.Get(ParameterId.ModuleProfile));
        }

        /// <summary>Modules of the pack; the last one may be shorter.</summary>
        /// <param name="parameters">A block with a valid profile.</param>
        public static int ModuleCountOf(ParameterBlock parameters)
        {
            int perModule = CellsPerModuleOf(parameters);
            return (parameters.Get(ParameterId.CellCount) + perModule - 1) / perModule;
        }

        /// <summary>Voltage frames of a full module.</summary>
        /// <param name="parameters">A block with a valid profile.</param>
        public static int VoltageFramesOf(ParameterBlock parameters)
        {
            int perFrame = CellsPerFrame(parameters.Get(ParameterId.ModuleProfile));
            return (CellsPerModuleOf(parameters) + perFrame - 1) / perFrame;
        }
    }
}

namespace Bms.Cli.Profiles
{
    /// <summary>Names of the module and sensor profiles on the command line; a name's place is the profile's number.</summary>
    internal static class ProfileNames
    {
        /// <summary>Cell modules, as in <see cref="Core.Measurement.Profiles.ModuleProfile"/>.</summary>
        public static readonly string[] Modules = ["reference", "bmw-i3", "vw-mqb", "vw-meb", "outlander-phev"];

        /// <summary>Current sensors, as in <see cref="Core.Measurement.Profiles.SensorProfile"/>.</summary>
        public static readonly string[] Sensors = ["reference", "ivt-s", "lem-cab", "victron-lynx"];
    }
}

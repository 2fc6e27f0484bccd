namespace System
{
    public static class Environment
    {
        public static extern long TickCount64 { get; }
    }
}

namespace nanoFramework.Runtime.Native
{
    public static class GC
    {
        public static extern void EnableGCMessages(bool enable);
        public static extern uint Run(bool compactHeap);
    }

    public enum RebootOption
    {
        NormalReboot,
        EnterNanoBooter,
        EnterProprietaryBooter,
        ClrOnly,
    }

    public class Power
    {
        public extern Power();
        public static extern void RebootDevice(RebootOption rebootOption);
    }

    public static class Rtc
    {
        public static extern bool SetSystemTime(System.DateTime dateTime);
    }

    public static class SystemInfo
    {
        public static extern string OEMString { get; }
        public static extern string Platform { get; }
        public static extern string TargetName { get; }
        public static extern System.Version Version { get; }
    }
}

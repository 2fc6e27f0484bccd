namespace System.Device.Model
{
    public class InterfaceAttribute : Attribute
    {
        public extern InterfaceAttribute(string displayName);
        public extern string DisplayName { get; }
    }

    public class PropertyAttribute : Attribute
    {
        public extern PropertyAttribute();
        public extern PropertyAttribute(string name);
        public extern string Name { get; }
    }

    public class TelemetryAttribute : Attribute
    {
        public extern TelemetryAttribute();
        public extern TelemetryAttribute(string name);
        public extern string Name { get; }
    }
}

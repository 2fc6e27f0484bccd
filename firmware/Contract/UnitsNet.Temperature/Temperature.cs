namespace UnitsNet
{
    public struct Temperature
    {
        private readonly double _value;
        public extern double DegreesCelsius { get; }
        public extern double Kelvins { get; }
        public extern double Value { get; }
        public static extern Temperature FromDegreesCelsius(double degreescelsius);
    }
}

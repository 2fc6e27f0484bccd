namespace UnitsNet
{
    public struct Pressure
    {
        private readonly double _value;
        public extern double Pascals { get; }
        public extern double Value { get; }
        public static extern Pressure FromPascals(double pascals);
    }
}

namespace UnitsNet
{
    public struct RelativeHumidity
    {
        private readonly double _value;
        public extern double Percent { get; }
        public extern double Value { get; }
        public static extern RelativeHumidity FromPercent(double percent);
    }
}

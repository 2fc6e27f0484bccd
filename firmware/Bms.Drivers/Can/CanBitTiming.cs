namespace Bms.Drivers.Can
{
    /// <summary>Division of a bit into time quanta for a controller and its oscillator: computed, checked, refused where it does not come out.</summary>
    /// <remarks>
    /// Only exact bit rates are accepted: a pack's bus has no error to give away, and every usual crystal reaches every usual rate exactly or not at all.
    /// The sample point aims at 87.5 % (CiA 301) up to 500 kbit/s and at 80 % above, and must lie in 70..90 %.
    /// The oscillator tolerance follows from the two conditions of ISO 11898-1 on resynchronisation; less than 0.1 % is refused.
    /// Made once at start; allocates nothing but itself.
    /// </remarks>
    public sealed class CanBitTiming
    {
        /// <summary>Lowest sample point accepted, in 0.1 % of the bit.</summary>
        public const int LowestSamplePointPermille = 700;

        /// <summary>Highest sample point accepted, in 0.1 % of the bit.</summary>
        public const int HighestSamplePointPermille = 900;

        /// <summary>Least oscillator tolerance accepted, in ppm: crystals with ageing, and ceramic resonators on the modules.</summary>
        public const int LeastTolerancePpm = 1000;

        private CanBitTiming(int oscillatorHz, int bitRate)
        {
            OscillatorHz = oscillatorHz;
            BitRate = bitRate;
        }

        /// <summary>Frequency of the oscillator, in Hz.</summary>
        public int OscillatorHz { get; private set; }

        /// <summary>Bits per second asked for.</summary>
        public int BitRate { get; private set; }

        /// <summary>False where oscillator and chip cannot give this bit rate; the other values are 0 then.</summary>
        public bool IsReachable { get; private set; }

        /// <summary>Prescaler: cycles of the timing clock in one time quantum, from 1.</summary>
        public int Prescaler { get; private set; }

        /// <summary>Time quanta of one bit, the synchronisation quantum included.</summary>
        public int QuantaPerBit { get; private set; }

        /// <summary>Time quanta between the synchronisation quantum and the sample point (propagation and phase segment 1).</summary>
        public int Segment1 { get; private set; }

        /// <summary>Time quanta after the sample point (phase segment 2).</summary>
        public int Segment2 { get; private set; }

        /// <summary>Longest correction by one resynchronisation, in time quanta.</summary>
        public int JumpWidth { get; private set; }

        /// <summary>Place of the sample point, in 0.1 % of the bit.</summary>
        public int SamplePointPermille { get; private set; }

        /// <summary>Frequency error that every oscillator on the bus may have, in ppm (ISO 11898-1, tolerance range).</summary>
        public int TolerancePpm { get; private set; }

        /// <summary>For the MCP2515 and MCP25625, whose timing clock is half the oscillator (DS20001801, section 5.0).</summary>
        /// <param name="oscillatorHz">1 MHz to 25 MHz.</param>
        /// <param name="bitRate">Bits per second, up to 1 000 000.</param>
        public static CanBitTiming ForMcp2515(int oscillatorHz, int bitRate)
        {
            CanBitTiming timing = new CanBitTiming(oscillatorHz, bitRate);
            if (oscillatorHz >= 1000000 && oscillatorHz <= 25000000)
            {
                // Prescaler 1..64; propagation and phase segment 1 together 2..16, phase segment 2 from 2 to 8, jump width up to 4; at least 5 quanta.
                timing.Compute(oscillatorHz / 2, 64, 5, 2, 16, 2, 8, 4);
            }

            return timing;
        }

        /// <summary>For the MCP2518FD with its clock taken from the oscillator undivided (DS20006027, bit time section).</summary>
        /// <param name="oscillatorHz">20 or 40 MHz.</param>
        /// <param name="bitRate">Bits per second, up to 1 000 000.</param>
        public static CanBitTiming ForMcp2518fd(int oscillatorHz, int bitRate)
        {
            CanBitTiming timing = new CanBitTiming(oscillatorHz, bitRate);
            if (oscillatorHz == 20000000 || oscillatorHz == 40000000)
            {
                timing.Compute(oscillatorHz, 256, 8, 2, 256, 1, 128, 128);
            }

            return timing;
        }

        /// <summary>For the bxCAN inside an STM32 (RM0410, bit timing register): prescaler 1..1024, segments of up to 16 and 8 quanta, jump width up to 4.</summary>
        /// <param name="clockHz">Peripheral clock, up to 100 MHz.</param>
        /// <param name="bitRate">Bits per second, up to 1 000 000.</param>
        public static CanBitTiming ForBxCan(int clockHz, int bitRate)
        {
            CanBitTiming timing = new CanBitTiming(clockHz, bitRate);
            if (clockHz > 0 && clockHz <= 100000000)
            {
                // The library takes the prescaler as a byte.
                timing.Compute(clockHz, 256, 8, 1, 16, 1, 8, 4);
            }

            return timing;
        }

        private void Compute(int clockHz, int maxPrescaler, int minQuanta, int minSegment1, int maxSegment1, int minSegment2, int maxSegment2, int maxJump)
        {
            if (BitRate < 10000 || BitRate > 1000000)
            {
                return;
            }

            int target = BitRate > 500000 ? 800 : 875;
            int bestDistance = int.MaxValue;
            for (int prescaler = 1; prescaler <= maxPrescaler; prescaler++)
            {
                int quantumRate = BitRate * prescaler;
                int quanta = clockHz / quantumRate;
                if (quanta < minQuanta)
                {
                    break;
                }

                if (quanta * quantumRate != clockHz)
                {
                    continue;
                }

                int segment2 = (quanta * (1000 - target) + 500) / 1000;
                segment2 = segment2 < minSegment2 ? minSegment2 : segment2 > maxSegment2 ? maxSegment2 : segment2;
                int segment1 = quanta - 1 - segment2;
                if (segment1 > maxSegment1 || segment1 < minSegment1 || segment1 < segment2)
                {
                    continue;
                }

                int samplePoint = (1 + segment1) * 1000 / quanta;
                int distance = samplePoint > target ? samplePoint - target : target - samplePoint;
                int jump = segment2 > 1 ? segment2 - 1 : 1;
                jump = jump > maxJump ? maxJump : jump;
                int tolerance = ToleranceOf(quanta, segment1, segment2, jump);
                if (distance >= bestDistance || samplePoint < LowestSamplePointPermille || samplePoint > HighestSamplePointPermille || tolerance < LeastTolerancePpm)
                {
                    continue;
                }

                // The smallest prescaler comes first and so wins among equals: short quanta resynchronise finer.
                bestDistance = distance;
                IsReachable = true;
                Prescaler = prescaler;
                QuantaPerBit = quanta;
                Segment1 = segment1;
                Segment2 = segment2;
                JumpWidth = jump;
                SamplePointPermille = samplePoint;
                TolerancePpm = tolerance;
            }
        }

        // Ten bits between two edges, each oscillator off by the tolerance; and thirteen bits to the sample point after an error flag.
        private static int ToleranceOf(int quanta, int segment1, int segment2, int jump)
        {
            int phase1 = segment1 < segment2 ? segment1 : segment2;
            int byJump = 1000000 / 20 * jump / quanta;
            int byPhase = 1000000 / 2 * phase1 / (13 * quanta - segment2);
            return byJump < byPhase ? byJump : byPhase;
        }
    }
}

using System.Diagnostics;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Core.Messages;

namespace Bms.Cli.Benchmark
{
    /// <summary>Speed of decoding, in frames per second with all their signals.</summary>
    internal sealed record DecodeResult(double GeneratedPerS, double GenericPerS);

    /// <summary>Decodes the frame CellExtremes over and over: once with the firmware's generated code, once with the generic decoder of a DBC file.</summary>
    internal static class DecodeBench
    {
        private const int Frames = 2_000_000;
        private const int Rounds = 4;

        public static DecodeResult Run(DbcDatabase catalogue)
        {
            byte[][] payloads = Payloads();
            MessageDecoder decoder = new(catalogue.FindMessage("CellExtremes")!);
            var bits = new ulong[decoder.Signals.Count];
            var present = new bool[decoder.Signals.Count];
            double generated = 0;
            double generic = 0;
            double guard = 0;

            // The best of some rounds: the first ones run code that is not yet optimised.
            for (int round = 0; round < Rounds; round++)
            {
                var watch = Stopwatch.StartNew();
                long sum = 0;
                for (int f = 0; f < Frames; f++)
                {
                    byte[] d = payloads[f & 255];
                    sum += CellExtremes.UnpackLowestCellMv(d);
                    sum += CellExtremes.UnpackHighestCellMv(d);
                    sum += CellExtremes.UnpackLowestCellNumber(d);
                    sum += CellExtremes.UnpackHighestCellNumber(d);
                    sum += CellExtremes.UnpackValidCells(d);
                }

                generated = Math.Max(generated, Frames / watch.Elapsed.TotalSeconds);
                guard += sum;
                watch.Restart();
                double physical = 0;
                for (int f = 0; f < Frames; f++)
                {
                    decoder.Decode(payloads[f & 255], bits, present);
                    for (int s = 2; s < bits.Length; s++)
                    {
                        physical += decoder.Signals[s].PhysicalOf(bits[s]);
                    }
                }

                generic = Math.Max(generic, Frames / watch.Elapsed.TotalSeconds);
                guard += physical;
            }

            GC.KeepAlive(guard);
            return new DecodeResult(generated, generic);
        }

        private static byte[][] Payloads()
        {
            var payloads = new byte[256][];
            for (int i = 0; i < payloads.Length; i++)
            {
                payloads[i] = new byte[8];
                CellExtremes.PackLowestCellMv(payloads[i], 3000 + i);
                CellExtremes.PackHighestCellMv(payloads[i], 3300 + i);
                CellExtremes.PackLowestCellNumber(payloads[i], 1 + (i % 96));
                CellExtremes.PackHighestCellNumber(payloads[i], 96 - (i % 96));
                CellExtremes.PackValidCells(payloads[i], 96);
            }

            return payloads;
        }
    }
}

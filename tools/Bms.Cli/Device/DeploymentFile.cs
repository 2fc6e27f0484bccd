using System.Text;

namespace Bms.Cli.Device
{
    /// <summary>A deployment file: all assemblies of a program, one behind the other, as the device gets them.</summary>
    internal static class DeploymentFile
    {
        /// <summary>First bytes of every assembly in it, up to the digit of the format's version.</summary>
        private static readonly byte[] Marker = Encoding.ASCII.GetBytes("NFMRK");

        /// <summary>True where the bytes begin like an assembly of the device.</summary>
        public static bool IsDeployment(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Marker);

        /// <summary>Those of some libraries that a deployment is, holds or refers to. An assembly names itself and what it refers to in its table of zero-ended strings.</summary>
        /// <param name="bytes">The whole file.</param>
        /// <param name="libraries">Names to look for.</param>
        public static IReadOnlyList<string> Uses(ReadOnlySpan<byte> bytes, IEnumerable<string> libraries)
        {
            var found = new List<string>();
            foreach (string library in libraries)
            {
                byte[] name = Encoding.ASCII.GetBytes("\0" + library + "\0");
                if (bytes.IndexOf(name) >= 0)
                {
                    found.Add(library);
                }
            }

            return found;
        }
    }
}

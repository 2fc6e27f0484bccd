using System.Runtime.CompilerServices;

namespace Bms.Core
{
    /// <summary>Marks for the inliner of the device's build (docs/inlining.md).</summary>
    internal static class Inlining
    {
        /// <summary>The method goes to its calls in every cycle whatever its size: one that is called in most cycles from one place. .NET knows the flag as AggressiveInlining; the device's library has no name for it.</summary>
        public const MethodImplOptions Always = (MethodImplOptions)256;
    }
}

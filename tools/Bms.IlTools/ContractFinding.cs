namespace Bms.IlTools
{
    /// <summary>One place in an assembly that the device's tool chain or interpreter cannot take.</summary>
    /// <param name="Rule">Id of the rule, one of <see cref="ContractRule"/>.</param>
    /// <param name="Message">What was found there.</param>
    /// <param name="File">Source file by the debug information, or null without any.</param>
    /// <param name="Line">Line in <paramref name="File"/> from 1, or 0 where unknown. A finding in a declaration has the line of the type's first statement.</param>
    /// <param name="Member">Full name of the member that holds it.</param>
    public sealed record ContractFinding(string Rule, string Message, string? File, int Line, string Member)
    {
        /// <summary>The finding in the form of a compiler message, with the rule's reason.</summary>
        public override string ToString()
        {
            return $"{File ?? "(no source)"}({Line}): {Rule}: {Message} in {Member}. {ContractRule.ReasonOf(Rule)}";
        }
    }
}

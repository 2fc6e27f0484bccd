namespace Bms.Plant.Cells
{
    /// <summary>A cell file that cannot be used: says which file, where in it, what is wrong and what to do.</summary>
    /// <remarks>The message is one line, fit to be printed as it stands.</remarks>
    public sealed class CellFileException : FormatException
    {
        /// <param name="source">File name or the name of the embedded cell.</param>
        /// <param name="location">JSON path such as <c>$.ocvV[2][5]</c>, or a line number in words.</param>
        /// <param name="problem">What was found, without a full stop.</param>
        /// <param name="remedy">What to do about it, without a full stop.</param>
        public CellFileException(string source, string location, string problem, string remedy)
            : base($"{source}: {location}: {problem}; {remedy}")
        {
            Source = source;
            Location = location;
        }

        /// <summary>Where in the file the fault lies.</summary>
        public string Location { get; }
    }
}

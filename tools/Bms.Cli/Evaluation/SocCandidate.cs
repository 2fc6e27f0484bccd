namespace Bms.Cli.Evaluation
{
    /// <summary>One estimator of state of charge in an evaluation: sees what the sensors show and says what it believes.</summary>
    internal abstract class SocCandidate
    {
        /// <summary>Believed state of charge, 0..1; NaN before there is one.</summary>
        public abstract double Soc { get; }

        /// <summary>Its one standard deviation; NaN where it tells none.</summary>
        public abstract double Sigma { get; }

        /// <summary>Takes one step of shown values.</summary>
        /// <param name="currentA">Mean current over the step in A, positive charges.</param>
        /// <param name="voltageV">Cell voltage at its end in V; NaN where none is shown.</param>
        /// <param name="temperatureC">Temperature in degC.</param>
        /// <param name="stepS">Length of the step in s.</param>
        public abstract void Step(double currentA, double voltageV, double temperatureC, double stepS);
    }
}

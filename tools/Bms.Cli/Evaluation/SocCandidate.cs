namespace Bms.Cli.Evaluation
{
    /// <summary>One estimator of state of charge in an evaluation: sees what the sensors show and says what it believes.</summary>
    internal abstract class SocCandidate
    {
        /// <summary>Believed state of charge, 0..1; NaN before there is one.</summary>
        public abstract double Soc { get; }

        /// <summary>Its one standard deviation; NaN where it tells none.</summary>
        public abstract double Sigma { get; }

        /// <summary>Takes what the current sensor shows in one cycle of the controller while all contactors are open. Only an estimator that knows of contactors learns from it.</summary>
        /// <param name="shownA">Shown current in A: offset and noise, as none flows.</param>
        /// <param name="cycleS">Length of the cycle in s.</param>
        public virtual void StayOpen(double shownA, double cycleS)
        {
        }

        /// <summary>Takes one step of shown values.</summary>
        /// <param name="currentA">Mean current over the step in A, positive charges.</param>
        /// <param name="voltageV">Cell voltage at its end in V; NaN where none is shown.</param>
        /// <param name="temperatureC">Temperature in degC.</param>
        /// <param name="stepS">Length of the step in s.</param>
        public abstract void Step(double currentA, double voltageV, double temperatureC, double stepS);
    }
}

namespace Bms.Drivers.Boards
{
    /// <summary>How a board sleeps while its pack is parked.</summary>
    public abstract class BoardSleep
    {
        /// <summary>Arms the timer and the CAN controller's interrupt pin as wake-ups and sleeps. Waking is a start: the program begins anew, and this does not return.</summary>
        /// <param name="seconds">Longest sleep in s.</param>
        public abstract void Begin(int seconds);
    }
}

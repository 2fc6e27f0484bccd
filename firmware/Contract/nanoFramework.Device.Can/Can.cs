namespace nanoFramework.Device.Can
{
    public enum CanMessageIdType
    {
        SID,
        EID,
    }

    public enum CanMessageFrameType
    {
        Data,
        RemoteRequest,
    }

    public enum CanEvent
    {
        MessageReceived = 0,
        ErrorOccurred = 1,
    }

    public class CanMessage
    {
        public extern CanMessage(uint id, CanMessageIdType identifierType, CanMessageFrameType frameType, byte[] message);
        public extern uint Id { get; }
        public extern CanMessageIdType IdentifierType { get; }
        public extern CanMessageFrameType FrameType { get; }
        public extern byte[] Message { get; set; }
    }

    public class CanSettings
    {
        public extern CanSettings(byte baudRatePrescaler, byte phaseSegment1, byte phaseSegment2, byte syncJumpWidth);
        public extern byte BaudRatePrescaler { get; }
        public extern byte PhaseSegment1 { get; }
        public extern byte PhaseSegment2 { get; }
        public extern byte SyncJumpWidth { get; }
    }

    public class CanMessageReceivedEventArgs
    {
        internal extern CanMessageReceivedEventArgs();
    }

    public delegate void CanMessageReceivedEventHandler(object sender, CanMessageReceivedEventArgs e);

    public sealed class CanController : System.IDisposable
    {
        public readonly string ControllerId;
        internal extern CanController();
        public extern event CanMessageReceivedEventHandler MessageReceived;
        public static extern CanController FromId(string controllerId, CanSettings settings);
        public extern void Dispose();
        public extern CanMessage GetMessage();
        public extern void WriteMessage(CanMessage message);
    }
}

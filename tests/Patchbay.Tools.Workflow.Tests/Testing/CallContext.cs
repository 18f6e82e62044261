using System.Text.Json.Serialization.Metadata;

namespace Patchbay.Tools.Workflow.Tests.Testing;

/// <summary>A call by nobody in particular.</summary>
internal sealed class CallContext : ToolContext
{
    public override string RequestId => "req-1";

    public override IToolSession Session { get; } = new NoSession();

    public override string? TraceParent => null;

    public override ToolStream? Stream => null;

    public override void ReportProgress(double progress, double? total = null, string? message = null)
    {
    }

    private sealed class NoSession : IToolSession
    {
        public string SessionId => "ses-1";

        public string ClientId => "client-1";

        public string KeyId => "key-1";

        public CancellationToken Ended => CancellationToken.None;

        public bool HasScope(string scope) => true;

        public bool IsSubscribed(string eventType) => false;

        public void Publish<T>(string eventType, string source, T data, JsonTypeInfo<T> typeInfo)
        {
        }
    }
}

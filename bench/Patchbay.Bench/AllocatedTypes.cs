using System.Diagnostics.Tracing;
using System.Globalization;

namespace Patchbay.Bench;

/// <summary>Which types the bytes go to, from the runtime's own samples: one for every 100 KB or so that is allocated.</summary>
internal sealed class AllocatedTypes : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Gc = (EventKeywords)1;
    private const int AllocationTick = 10;
    private const int NameField = 5;
    private const int ThreadLocalBytes = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _bytes = [];

    /// <summary>Prints the share of each type, the largest first.</summary>
    public void Print(double bytesPerCall)
    {
        lock (_lock)
        {
            var total = _bytes.Values.Sum();
            foreach (var (type, bytes) in _bytes.OrderByDescending(entry => entry.Value).Take(15))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / total * bytesPerCall,8:0.0} bytes per call  {type}"));
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
            EnableEvents(eventSource, EventLevel.Verbose, Gc);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId != AllocationTick)
            return;
        lock (_lock)
        {
            var type = (string)eventData.Payload![NameField]!;
            _bytes[type] = _bytes.GetValueOrDefault(type) + Convert.ToInt64(eventData.Payload[ThreadLocalBytes], CultureInfo.InvariantCulture);
        }
    }
}

using Microsoft.Extensions.Hosting;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Events;

/// <summary>
/// The end of a server that is asked to stop: clients are told, new requests refused, running calls get their time, and each connection is closed
/// with 1012 when its last call has ended.
/// </summary>
internal sealed class Drain(Engine engine, IdSource ids) : IHostedLifecycleService
{
    private const int BaseReconnectMs = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs before any other service stops.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        engine.IsDraining = true;
        foreach (var session in engine.Sessions.All)
            Tell(session);

        var started = engine.Time.GetTimestamp();
        while (engine.Sessions.Count > 0)
        {
            var isOver = engine.Time.GetElapsedTime(started) > Patience;
            foreach (var session in engine.Sessions.All)
                CloseWhenIdle(session, isOver);
            if (isOver || cancellationToken.IsCancellationRequested)
                break;
            await Task.Delay(Look, engine.Time, CancellationToken.None).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Tell(Session session)
    {
        // Spread over another second, so that they do not all come back at once.
        var reconnectAfter = BaseReconnectMs + ids.NextInt32(BaseReconnectMs);
        session.Outbox.Send(session.Outbox.WriteEvent("server.draining", "system", reconnectAfter, static (writer, milliseconds) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("reconnect_after_ms", milliseconds);
            writer.WriteEndObject();
        }));
    }

    private static void CloseWhenIdle(Session session, bool isOver)
    {
        if (isOver)
            session.Calls.Interrupt();
        if (!session.Calls.IsEmpty && !isOver)
            return;
        session.Close(CloseCodes.Restart);
    }
}

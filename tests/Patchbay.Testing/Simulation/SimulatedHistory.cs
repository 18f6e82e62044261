namespace Patchbay.Testing.Simulation;

/// <summary>Plays random histories of clients, network, server and disk.</summary>
public static class SimulatedHistory
{
    /// <summary>Plays the history of a seed.</summary>
    /// <param name="seed">Equal seeds give equal histories.</param>
    /// <param name="flaw">A fault to build in.</param>
    /// <param name="trace">Told everything that happens, a line each.</param>
    /// <exception cref="SimulationException">A promise was broken; the text has the seed.</exception>
    public static SimulationResult Play(long seed, Flaw flaw = Flaw.None, Action<string>? trace = null)
    {
        // Without a context continuations run where they are released, which keeps everything in this one thread.
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return new World(seed, flaw, trace).Run();
        }
        finally
        {
            // The thread lives on: what was played is not to live with it.
            SimTool.World = null;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}

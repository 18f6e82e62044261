namespace Patchbay.Testing.Simulation;

/// <summary>Who wants into a session that is not theirs.</summary>
internal enum Intruder
{
    /// <summary>A client of the simulation.</summary>
    None,

    /// <summary>Somebody with another key, who knows the token.</summary>
    OtherKey,

    /// <summary>Somebody with the same key, who guesses the token.</summary>
    Guesser,
}

/// <summary>Somebody who wants into a session that is not theirs. What is answered is checked when it is written.</summary>
internal sealed class Stranger(World world)
{
    public void Try()
    {
        var victim = world.Clients[world.Next(world.Clients.Length)];
        if (world.Server is not { } server || victim.SessionId is null)
            return;
        var intruder = world.Chance(50) ? Intruder.OtherKey : Intruder.Guesser;
        var connection = server.Connect(intruder);
        var token = intruder == Intruder.OtherKey ? victim.Token! : "guessed";
        connection.Send(Texts.Resume("req-1", victim.SessionId, token, victim.Epoch, victim.LastSeq));
        connection.DeliverToServer(int.MaxValue);
        // It stays until the server has looked into its store, and hears the answer only by its being written.
        world.Later.Add(() => connection.Leave(0));
    }
}

namespace Patchbay.Testing.Simulation;

/// <summary>Chooses what happens next.</summary>
internal sealed class Weather(World world)
{
    /// <summary>One event.</summary>
    public void Blow()
    {
        var dice = world.Next(100);
        if (dice < 38)
            world.Clients[world.Next(world.Clients.Length)].Act();
        else if (dice < 57)
            Network();
        else if (dice < 69)
            Store();
        else if (dice < 82)
            Work();
        else if (dice < 88)
            Time();
        else if (dice < 92)
            Receive();
        else if (!world.Settings.IsCalm || world.Chance(20))
            Trouble();
    }

    // Bytes arrive in pieces of any size.
    private void Network()
    {
        var waiting = world.Connections.Where(connection => connection.HasBytesToServer).ToList();
        if (waiting.Count == 0)
        {
            Receive();
            return;
        }

        var connection = waiting[world.Next(waiting.Count)];
        connection.DeliverToServer(world.Chance(60) ? int.MaxValue : 1 + world.Next(200));
    }

    private void Receive()
    {
        var client = world.Clients[world.Next(world.Clients.Length)];
        for (var count = 1 + world.Next(6); count > 0 && client.Receive(); count--)
        {
            // Each is handled as it comes.
        }
    }

    private void Store()
    {
        if (world.Disk.HasWork)
            world.Disk.Commit();
        if (world.Chance(20))
            world.Disk.Sync();
    }

    private void Work()
    {
        if (world.Later.Count > 0 && world.Chance(60))
            world.RunLater();
        else if (world.RunningTools > 0 && world.Chance(40))
            world.SendChunk();
        else if (world.RunningTools > 0)
            world.EndTool();
    }

    private void Time()
    {
        var milliseconds = world.Chance(85) ? world.Next(1_500) : world.Next(SimSettings.TtlSeconds * 1_500);
        world.Note($"time {milliseconds}");
        world.Pass(TimeSpan.FromMilliseconds(milliseconds));
    }

    private void Trouble()
    {
        if (!world.IsUp)
            world.Start();
        else if (world.Chance(20))
            world.Crash(isPowerLoss: world.Chance(30));
        else if (world.Chance(8))
            world.Stop();
        else if (world.Chance(40))
            world.Clients[world.Next(world.Clients.Length)].Lose();
        else
            new Stranger(world).Try();
    }
}

using System.Globalization;
using System.Net;

namespace Patchbay.Load;

/// <summary>A client process that holds connections open and answers the server's pings, until its standard input ends.</summary>
internal static class IdleHolder
{
    // A port number is free again for each source address: so many connections stay far from the end of the range.
    private const int PerSource = 5000;
    private const int BufferBytes = 2048;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static void Run(Uri url, string? apiKey, int count)
    {
        var connections = new List<Connection>(count);
        for (var i = 0; i < count; i++)
            connections.Add(Connection.Open(url, apiKey, new IPAddress([127, 0, 0, (byte)(1 + (i / PerSource))]), BufferBytes));
        Console.WriteLine(count.ToString(CultureInfo.InvariantCulture));

        var input = Task.Run(Console.In.ReadToEnd);
        var poll = new Poll(connections);
        while (!input.Wait(Pause))
        {
            poll.Wait(TimeSpan.Zero);
            for (var i = 0; i < count; i++)
            {
                if (poll.IsReady(i))
                    connections[i].Receive(null, 0);
            }
        }
    }
}

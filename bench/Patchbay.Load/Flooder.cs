using System.Diagnostics;
using System.Globalization;

namespace Patchbay.Load;

/// <summary>A client process that sends as fast as one core can, on one connection, until its standard input ends; then it prints how much.</summary>
internal static class Flooder
{
    private const int AtOnce = 64;

    /// <param name="url">Where to.</param>
    /// <param name="apiKey">The key.</param>
    /// <param name="waits">Whether it keeps 64 calls in flight, or writes without waiting for any answer.</param>
    public static void Run(Uri url, string apiKey, bool waits)
    {
        using var connection = Connection.Open(url, apiKey);
        Console.WriteLine("ready");
        var input = Task.Run(Console.In.ReadToEnd);
        var request = RequestFrame.Echo();
        var start = Stopwatch.GetTimestamp();
        var sent = waits ? KeepInFlight(connection, request, input) : Pour(connection, request, input);
        Console.WriteLine((sent / Stopwatch.GetElapsedTime(start).TotalSeconds).ToString(CultureInfo.InvariantCulture));
    }

    private static long KeepInFlight(Connection connection, RequestFrame request, Task input)
    {
        long sent = 0;
        var next = AtOnce;
        while (!input.IsCompleted)
        {
            for (var i = 0; i < next; i++)
                connection.Queue(request, 0);
            connection.Flush();
            sent += next;
            next = connection.Receive(null, 0);
        }

        return sent;
    }

    // One thread writes, another throws away what comes back: how the answers look does not matter to it.
    private static long Pour(Connection connection, RequestFrame request, Task input)
    {
        var reader = new Thread(() =>
        {
            var dropped = new byte[65_536];
            try
            {
                while (connection.Socket.Receive(dropped) > 0)
                {
                    // Thrown away.
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The end of the program.
            }
        })
        { IsBackground = true };
        reader.Start();
        long sent = 0;
        while (!input.IsCompleted)
        {
            for (var i = 0; i < AtOnce; i++)
                connection.Queue(request, 0);
            connection.Flush();
            sent += AtOnce;
        }

        return sent;
    }
}

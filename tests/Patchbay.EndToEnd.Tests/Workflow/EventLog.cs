using System.Globalization;
using System.Text;

namespace Patchbay.EndToEnd.Tests.Workflow;

/// <summary>An event log whose figures are known: <see cref="Cases"/> cases that all go through the same steps, one each ten milliseconds, ended within the last hour.</summary>
internal sealed record EventLog(int Cases, int StepsPerCase)
{
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(30);

    /// <summary>Every case takes this long, in seconds.</summary>
    public double CaseSeconds => (StepsPerCase - 1) * 0.01;

    public IEnumerable<string> Rows()
    {
        yield return "case,activity,timestamp";
        for (var number = 0; number < Cases; number++)
        {
            for (var step = 0; step < StepsPerCase; step++)
                yield return string.Create(CultureInfo.InvariantCulture, $"case-{number},step {step},{_start.AddMilliseconds(number + (step * 10)):yyyy-MM-dd'T'HH:mm:ss.fff'Z'}");
        }
    }

    public string Write(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, string.Join('\n', Rows()), Encoding.UTF8);
        return path;
    }
}

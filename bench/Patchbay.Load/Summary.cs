namespace Patchbay.Load;

/// <summary>The figures that have to be reached, told at the end.</summary>
internal sealed class Summary
{
    private readonly List<string> _rows = [];

    public void Add(string figure, string measured, string most) => _rows.Add($"| {figure} | {measured} | {most} |");

    public void Print()
    {
        Console.WriteLine("## What has to be reached\n");
        Console.WriteLine("| figure | measured | at most |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach (var row in _rows)
            Console.WriteLine(row);
    }
}

using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Patchbay.Architecture.Tests;

/// <summary>How files are kept.</summary>
public partial class FileTests
{
    private const int MostLines = 400;

    private static readonly string[] Code = [".cs", ".ts", ".py"];

    [Fact]
    public void No_file_has_more_than_four_hundred_lines() =>
        Sources.None(Sources.Files(Code).Where(path => Sources.Text(path).AsSpan().Count('\n') > MostLines));

    [Fact]
    public void No_file_folder_or_type_has_a_name_that_says_nothing()
    {
        var files = Sources.Files(Code);
        Assert.NotEmpty(files);
        Sources.None(files.SelectMany(path => path.Split('/')).Select(part => part.Split('.')[0]).Distinct().Where(part => SaysNothing().IsMatch(part)));
        Sources.None(files.SelectMany(path => Declared().Matches(Sources.Text(path)).Select(match => match.Groups[1].Value)).Where(name => SaysNothing().IsMatch(name)));
    }

    [Fact]
    public void Nothing_is_left_for_later() =>
        Sources.None(Sources.Files([.. Code, ".js", ".mjs", ".html", ".css"]).Where(path => ForLater().IsMatch(Sources.Text(path))));

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var listed = XDocument.Parse(Sources.Text("Patchbay.slnx")).Descendants("Project").Select(project => project.Attribute("Path")!.Value.Replace('\\', '/'));
        Assert.Equal(Sources.Files([".csproj"]), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Logs_are_written_only_by_generated_methods_in_files_of_their_own() =>
        Sources.None(Sources.Files([".cs"], "src").Where(path =>
            (Sources.Text(path).Contains("[LoggerMessage(", StringComparison.Ordinal) && !path.EndsWith(".Log.cs", StringComparison.Ordinal))
            || DirectLog().IsMatch(Sources.Text(path))));

    [Fact]
    public void Every_log_message_has_an_event_id_of_its_own()
    {
        var logs = Sources.Files([".cs"], "src").Where(path => path.EndsWith(".Log.cs", StringComparison.Ordinal)).ToArray();
        var ids = logs.SelectMany(path => EventId().Matches(Sources.Text(path)).Select(match => int.Parse(match.Groups[1].Value))).ToArray();
        var attributes = logs.Sum(path => Sources.Text(path).Split("[LoggerMessage(").Length - 1);

        Assert.NotEmpty(ids);
        Assert.Equal(attributes, ids.Length);
        Sources.None(ids.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [GeneratedRegex("(Util|Utils|Utility|Utilities|Helper|Helpers|Manager|Common|Misc)$", RegexOptions.IgnoreCase)]
    private static partial Regex SaysNothing();

    [GeneratedRegex(@"^\s*(?:(?:public|internal|private|sealed|static|abstract|partial|export|default|readonly)\s+)*(?:class|record|struct|interface|enum)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();

    // Written so that this file does not hold the words itself.
    [GeneratedRegex(@"\bTO[D]O\b|\bFIX[M]E\b|\bNotImplemented[E]xception\b|\bNotImplemented[E]rror\b")]
    private static partial Regex ForLater();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex DirectLog();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex EventId();
}

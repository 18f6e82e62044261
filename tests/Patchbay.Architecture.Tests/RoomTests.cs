using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace Patchbay.Architecture.Tests;

/// <summary>Who may know whom: one direction, from the executable down to the protocol.</summary>
public class RoomTests
{
    // A room may name those behind it in its project file, and see what they see.
    private static readonly Dictionary<string, string[]> Knows = new()
    {
        ["Patchbay.Protocol"] = [],
        ["Patchbay.Transport"] = ["Patchbay.Protocol"],
        ["Patchbay.Tools"] = ["Patchbay.Protocol"],
        ["Patchbay.Store"] = ["Patchbay.Protocol"],
        ["Patchbay.Tools.*"] = ["Patchbay.Tools", "Patchbay.Store"],
        ["Patchbay.Server"] = ["Patchbay.Transport", "Patchbay.Tools", "Patchbay.Store"],
        ["Patchbay.AspNetCore"] = ["Patchbay.Server"],
        ["Patchbay.Host"] = ["Patchbay.AspNetCore", "Patchbay.Tools.*", "Patchbay.Client"],
        ["Patchbay.Client"] = ["Patchbay.Protocol", "Patchbay.Transport"],
        ["Patchbay.Client.Examples"] = ["Patchbay.Client"],
    };

    public static TheoryData<string> Projects => [.. Sources.Files([".csproj"], "src", "clients").Where(path => !path.Contains(".Tests/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_names_only_the_rooms_next_to_it(string project)
    {
        var room = Path.GetFileNameWithoutExtension(project);
        var named = XDocument.Parse(Sources.Text(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.All(named, other => Assert.Contains(RowOf(other), Knows[RowOf(room)]));
    }

    /// <summary>The compiler leaves out what is not used and adds what comes by way of another room: this is what a room really knows.</summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_uses_only_rooms_below_it(string project)
    {
        var room = Path.GetFileNameWithoutExtension(project);
        var below = Below(RowOf(room));

        Assert.All(References(room).Where(other => other.StartsWith("Patchbay.", StringComparison.Ordinal)), other => Assert.Contains(RowOf(other), below));
    }

    [Fact]
    public void The_protocol_knows_nothing_but_the_base_class_library() =>
        Assert.All(References("Patchbay.Protocol"), name => Assert.StartsWith("System.", name, StringComparison.Ordinal));

    [Theory]
    [InlineData("Patchbay.Protocol")]
    [InlineData("Patchbay.Transport")]
    [InlineData("Patchbay.Tools")]
    [InlineData("Patchbay.Store")]
    public void The_lower_rooms_know_no_web_server(string room) =>
        Assert.DoesNotContain(References(room), name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void The_rules_for_rooms_can_fail()
    {
        Assert.DoesNotContain("Patchbay.Server", Below("Patchbay.Tools.*"));
        Assert.Contains("Patchbay.Protocol", Below("Patchbay.Host"));
        Assert.Contains("Patchbay.Protocol", References("Patchbay.Transport"));
    }

    private static string RowOf(string room) => room.StartsWith("Patchbay.Tools.", StringComparison.Ordinal) ? "Patchbay.Tools.*" : room;

    private static HashSet<string> Below(string row) => [.. Knows[row].SelectMany(other => Below(other).Append(other))];

    private static IReadOnlyList<string> References(string assembly)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using var file = new PEReader(stream);
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}

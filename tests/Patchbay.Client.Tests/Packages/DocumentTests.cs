using System.Text.RegularExpressions;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Packages;

/// <summary>What is written about the client, held against it.</summary>
public class DocumentTests
{
    [Fact]
    public void The_readme_and_the_design_page_name_every_option()
    {
        var options = typeof(McpClientOptions).GetProperties().Select(option => option.Name).Order(StringComparer.Ordinal).ToArray();
        var readme = File.ReadAllText(Repository.At("clients", "csharp", "README.md"));
        var rows = Regex.Matches(readme, @"^\| (`\w+`(?:, `\w+`)?) \|", RegexOptions.Multiline).SelectMany(row => row.Groups[1].Value.Split(", ")).Select(name => name.Trim('`')).Where(name => !name.StartsWith("Mcp", StringComparison.Ordinal));
        Assert.Equal(options, rows.Order(StringComparer.Ordinal));

        var design = File.ReadAllText(Repository.At("docs", "design", "clients.md"));
        Assert.All(options, option => Assert.Contains($"`{option}`", design, StringComparison.Ordinal));
    }
}

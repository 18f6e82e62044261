using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Patchbay.Tools.Schema;

namespace Patchbay.Tools.Tests;

public sealed class SchemaExporterTests
{
    public enum Level { Basic, FullScan }

    public sealed record Arguments(
        [property: Description("Where")] string Place,
        [property: Range(1, 60)] double Interval = 1,
        Level Level = Level.Basic,
        [property: AllowedValues("cpu", "memory")] IReadOnlyList<string>? Metrics = null);

    [Fact]
    public void A_type_becomes_a_closed_object_schema_with_its_annotations()
    {
        var schema = SchemaExporter.Export(ToolJson.TypeInfo<Arguments>());

        Assert.Equal("object", schema.GetProperty("type").GetString());
        Assert.False(schema.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(["place"], schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!));
        var properties = schema.GetProperty("properties");
        Assert.Equal("Where", properties.GetProperty("place").GetProperty("description").GetString());
        Assert.Equal(1, properties.GetProperty("interval").GetProperty("minimum").GetDouble());
        Assert.Equal(60, properties.GetProperty("interval").GetProperty("maximum").GetDouble());
        Assert.Equal(["basic", "full_scan"], properties.GetProperty("level").GetProperty("enum").EnumerateArray().Select(name => name.GetString()!));
        Assert.Equal(["cpu", "memory"], properties.GetProperty("metrics").GetProperty("items").GetProperty("enum").EnumerateArray().Select(name => name.GetString()!));
    }
}

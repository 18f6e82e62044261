using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Penalties;
using Patchbay.Store.Sqlite;

namespace Patchbay.Host.Operator;

/// <summary>What a command works on: the data directory and what is in it, opened when it is needed.</summary>
internal sealed class OperatorContext(string? directory, string? config, bool asJson) : IDisposable
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    private SqliteKeyFile? _file;

    /// <summary>The server's settings, as the files and the environment say them.</summary>
    public IConfiguration Configuration { get; } = Read(directory, config ?? Environment.GetEnvironmentVariable("PATCHBAY_CONFIG"));

    /// <summary>The data directory.</summary>
    public string Directory => Configuration["Patchbay:DataDirectory"] ?? "data";

    public KeyCommands Keys => new(File.Keys, Pepper.Open(Directory), TimeProvider.System);

    public PenaltyCommands Penalties => new(File.Penalties, TimeProvider.System);

    private SqliteKeyFile File => _file ??= SqliteKeyFile.Open(Directory, TimeProvider.System);

    private static IConfiguration Read(string? directory, string? config)
    {
        var settings = new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory).AddJsonFile("appsettings.json", optional: true);
        if (config is not null)
            settings.AddJsonFile(Path.GetFullPath(config));
        settings.AddEnvironmentVariables();
        if (directory is not null)
            settings.AddInMemoryCollection([KeyValuePair.Create<string, string?>("Patchbay:DataDirectory", directory)]);
        return settings.Build();
    }

    /// <summary>Prints a value as JSON, or what a person wants to read.</summary>
    public void Print(object value, Action forPeople)
    {
        if (asJson)
            Console.WriteLine(JsonSerializer.Serialize(value, Json));
        else
            forPeople();
    }

    /// <summary>Says why a command was not carried out.</summary>
    /// <returns>1.</returns>
    public static int Fail(string fault)
    {
        Console.Error.WriteLine($"patchbay: {fault}");
        return 1;
    }

    /// <summary>Writes down what an operator has done.</summary>
    public async Task AuditAsync(string action, string subject)
    {
        await using var audit = new AuditLog(Directory, new AuditOptions(), TimeProvider.System, NullLogger<AuditLog>.Instance);
        audit.Write(AuditRecord.Admin(TimeProvider.System.GetUtcNow(), action, subject, "ok"));
    }

    public void Dispose() => _file?.Dispose();
}

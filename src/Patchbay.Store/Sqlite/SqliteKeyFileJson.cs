using System.Text.Json.Serialization;
using Patchbay.Store.Keys;
using Patchbay.Store.Penalties;

namespace Patchbay.Store.Sqlite;

/// <summary>How records stand in <c>keys.db</c>.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KeyRecord))]
[JsonSerializable(typeof(PenaltyRecord))]
internal sealed partial class SqliteKeyFileJson : JsonSerializerContext;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace Patchbay.Tools.Models.Chat;

/// <summary>Arguments of <c>models/chat</c>; what takes more than one JSON type is completed by <see cref="ChatSchema"/>.</summary>
internal sealed record ChatArguments(
    [property: Description("An id or alias of models/list, or provider/id."), StringLength(512, MinimumLength = 1)] string Model,
    [property: Description("The conversation so far, the newest last."), Length(1, 4096)] IReadOnlyList<ChatTurn> Messages,
    [property: Description("The longest answer, in tokens. Default: the model's."), Range(1, 10_000_000)] int? MaxTokens = null,
    [property: Description("0 for the likeliest words, 2 for the wildest. Default: the model's."), Range(0.0, 2.0)] double? Temperature = null,
    [property: Description("Only words among the likeliest of this share are used. Default: the model's."), Range(0.0, 1.0)] double? TopP = null,
    [property: Description("A text, or up to 16, at which the answer ends.")] JsonElement? Stop = null,
    [property: Description("The same seed asks for the same answer; not every server keeps that.")] long? Seed = null,
    [property: Description("Functions the model may ask to be called, as {\"type\":\"function\",\"function\":{name, description, parameters}}."), Length(0, 128)] IReadOnlyList<JsonElement>? Tools = null,
    [property: Description("none, auto, required, or the function that must be called.")] JsonElement? ToolChoice = null,
    [property: Description("The form of the answer, for example {\"type\":\"json_object\"} or {\"type\":\"json_schema\",\"json_schema\":{…}}.")] JsonElement? ResponseFormat = null);

/// <summary>One message of a conversation.</summary>
internal sealed record ChatTurn(
    [property: Description("Who speaks."), AllowedValues("system", "developer", "user", "assistant", "tool")] string Role,
    [property: Description("The text, or its parts as objects with a type; null only beside tool_calls.")] JsonElement? Content = null,
    [property: Description("The name of the speaker."), StringLength(256)] string? Name = null,
    [property: Description("Of a message of role tool: the call it answers."), StringLength(256)] string? ToolCallId = null,
    [property: Description("Of a message of role assistant: the calls the model asked for, as {\"id\",\"type\":\"function\",\"function\":{name, arguments}}."), Length(0, 128)] IReadOnlyList<JsonElement>? ToolCalls = null);

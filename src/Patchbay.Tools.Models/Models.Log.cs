using Microsoft.Extensions.Logging;

namespace Patchbay.Tools.Models;

/// <summary>Log messages of the model tools, events 8000 to 8099. Never a key, a prompt or an answer.</summary>
internal static partial class ModelsLog
{
    [LoggerMessage(8000, LogLevel.Warning, "The key of model server {Upstream} travels over plain HTTP to another machine: use https.")]
    public static partial void KeyInTheClear(ILogger logger, string upstream);

    [LoggerMessage(8001, LogLevel.Debug, "Model server {Upstream}: {Reason}; trying again in {WaitMs} ms.")]
    public static partial void Retrying(ILogger logger, string upstream, string reason, double waitMs);

    [LoggerMessage(8002, LogLevel.Debug, "Model server {Upstream}: {Reason}.")]
    public static partial void ConnectionFailed(ILogger logger, Exception fault, string upstream, string reason);

    [LoggerMessage(8003, LogLevel.Warning, "Model server {Upstream} failed a call of {Model}: {Reason}.")]
    public static partial void CallFailed(ILogger logger, string upstream, string model, string reason);

    [LoggerMessage(8004, LogLevel.Warning, "Model server {Upstream} has failed {Failures} times in a row; calls to it are refused for {PauseMs} ms.")]
    public static partial void BreakerOpened(ILogger logger, string upstream, int failures, int pauseMs);

    [LoggerMessage(8005, LogLevel.Information, "Model server {Upstream} works again.")]
    public static partial void BreakerClosed(ILogger logger, string upstream);

    [LoggerMessage(8006, LogLevel.Warning, "The models of server {Upstream} cannot be listed: {Reason}.")]
    public static partial void ListingFailed(ILogger logger, string upstream, string reason);

    [LoggerMessage(8007, LogLevel.Debug, "Model server {Upstream} answered {Model} with a warning: {Warning}.")]
    public static partial void AnswerWarning(ILogger logger, string upstream, string model, string warning);
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Patchbay.Server.Options;

/// <summary>The settings as they are now. When their source changes they are read and checked anew; a faulty change is told and the settings before it stay.</summary>
internal sealed partial class LiveSettings : IDisposable
{
    private readonly IOptionsFactory<PatchbayOptions> _factory;
    private readonly ILogger _logger;
    private readonly IDisposable _subscription;
    private PatchbayOptions _current;

    public LiveSettings(
        IOptions<PatchbayOptions> atStart, IOptionsFactory<PatchbayOptions> factory, IConfiguration configuration, ILogger<LiveSettings> logger)
    {
        _current = atStart.Value;
        _factory = factory;
        _logger = logger;
        _subscription = ChangeToken.OnChange(configuration.GetReloadToken, Reload);
    }

    /// <summary>Gives what follows from the settings as they are now; it is worked out once for each change.</summary>
    public Func<T> Follow<T>(Func<PatchbayOptions, T> select)
    {
        var last = Tuple.Create(_current, select(_current));
        return () =>
        {
            var current = Volatile.Read(ref _current);
            var known = Volatile.Read(ref last);
            if (ReferenceEquals(known.Item1, current))
                return known.Item2;
            known = Tuple.Create(current, select(current));
            Volatile.Write(ref last, known);
            return known.Item2;
        };
    }

    /// <inheritdoc />
    public void Dispose() => _subscription.Dispose();

    private void Reload()
    {
        try
        {
            Volatile.Write(ref _current, _factory.Create(Microsoft.Extensions.Options.Options.DefaultName));
            LogReloaded(_logger);
        }
        catch (Exception fault) when (fault is OptionsValidationException or InvalidOperationException)
        {
            // InvalidOperationException: a text where the binder wants a number.
            LogFaulty(_logger, fault.Message);
        }
    }
}

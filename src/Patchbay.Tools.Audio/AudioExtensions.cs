using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Audio.Streams;
using Patchbay.Tools.Audio.Wav;

namespace Patchbay.Tools.Audio;

/// <summary>Adds the audio room.</summary>
public static class AudioExtensions
{
    /// <summary>
    /// Adds the tools <c>audio/open</c>, <c>audio/analyze</c>, <c>audio/list</c> and <c>audio/close</c>, the receiver of audio frames
    /// (<see cref="IBinaryMessages"/>) and the <see cref="WavAnalyzer"/>. Settings stand in <see cref="AudioOptions.Section"/>.
    /// </summary>
    public static IServiceCollection AddAudioTools(this IServiceCollection services)
    {
        services.AddOptions<AudioOptions>().BindConfiguration(AudioOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AudioOptions>, AudioOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<StreamRegistry>();
        services.TryAddSingleton<IBinaryMessages, AudioIngest>();
        services.TryAddSingleton<WavAnalyzer>();
        services.AddSingleton(new LocalModel("silero-vad", "patchbay", ["vad"], "Silero VAD v6, a neural network of 309,633 parameters (MIT) that tells speech from other sound; audio/analyze uses it."));
        services.TryAddEnumerable([
            ServiceDescriptor.Singleton<ITool, OpenTool>(),
            ServiceDescriptor.Singleton<ITool, AnalyzeTool>(),
            ServiceDescriptor.Singleton<ITool, ListTool>(),
            ServiceDescriptor.Singleton<ITool, CloseTool>(),
        ]);
        return services;
    }
}

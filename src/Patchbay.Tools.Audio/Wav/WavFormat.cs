using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Wav;

/// <summary>The <c>fmt </c> chunk of a WAVE file, as far as it can be read here.</summary>
internal sealed record WavFormat(AudioCodec Codec, int SampleRate, int Channels, int BytesPerSample);

namespace Patchbay.Tools.Audio.Speech;

/// <summary>
/// SNR by speech activity: speech frames have a probability above 0.5; noise frames one below 0.2 with two such neighbours on either side.
/// SNR = 10 lg((E_speech - E_noise)/E_noise).
/// </summary>
internal sealed class GatedSnr
{
    private const int FewestNoiseFrames = 10;
    private const int Neighbours = 2;
    private readonly double[] _recent = new double[Neighbours + 1];
    private double _speech;
    private double _noise;
    private long _speechFrames;
    private long _noiseFrames;
    private int _quietRun;
    private long _frames;

    public void Add(float probability, ReadOnlySpan<float> frame)
    {
        double energy = 0;
        foreach (var sample in frame)
            energy += (double)sample * sample;
        energy /= frame.Length;

        if (probability > 0.5f)
        {
            _speech += energy;
            _speechFrames++;
        }
        _quietRun = probability < 0.2f ? _quietRun + 1 : 0;
        _recent[_frames++ % _recent.Length] = energy;
        // The frame two back has two quiet frames behind it and two before it: five in a row.
        if (_quietRun >= 2 * Neighbours + 1)
        {
            _noise += _recent[_frames % _recent.Length];
            _noiseFrames++;
        }
    }

    /// <summary>The SNR in dB; null with the reason when it cannot be known.</summary>
    public (double? Db, string? Reason) Value
    {
        get
        {
            if (_speechFrames == 0)
                return (null, "no speech was heard");
            if (_noiseFrames < FewestNoiseFrames)
                return (null, "there are fewer than 10 frames of pause to take the noise from");
            var speech = _speech / _speechFrames;
            var noise = _noise / _noiseFrames;
            if (noise <= 1e-12)
                return (null, "the pauses are digital silence");
            return speech <= noise ? (null, "speech is not louder than the pauses") : (10 * Math.Log10((speech - noise) / noise), null);
        }
    }
}

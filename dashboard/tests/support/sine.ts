/** A WAVE file of 16 bits with a sine in every channel. */

export function sineWav(hertz: number, dbfs: number, secondsLong: number, sampleRate: number, channels: number): Buffer {
  const samples = Math.round(secondsLong * sampleRate);
  const data = Buffer.alloc(samples * channels * 2);
  const amplitude = 32_767 * 10 ** (dbfs / 20);
  for (let index = 0; index < samples; index++) {
    const value = Math.round(amplitude * Math.sin((2 * Math.PI * hertz * index) / sampleRate));
    for (let channel = 0; channel < channels; channel++) data.writeInt16LE(value, (index * channels + channel) * 2);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * channels * 2, 28);
  header.writeUInt16LE(channels * 2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

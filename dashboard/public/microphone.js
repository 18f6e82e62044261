/** Runs on the audio thread: gathers a tenth of a second of one channel, and hands it to the page. */
class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.gathered = new Float32Array(Math.round(sampleRate / 10));
    this.filled = 0;
  }

  process([input]) {
    const samples = input[0];
    if (samples === undefined) return true;
    for (let at = 0; at < samples.length; ) {
      const taken = Math.min(samples.length - at, this.gathered.length - this.filled);
      this.gathered.set(samples.subarray(at, at + taken), this.filled);
      at += taken;
      this.filled += taken;
      if (this.filled === this.gathered.length) this.hand();
    }
    return true;
  }

  hand() {
    const full = this.gathered;
    this.gathered = new Float32Array(full.length);
    this.filled = 0;
    this.port.postMessage(full, [full.buffer]);
  }
}

registerProcessor('microphone', Microphone);

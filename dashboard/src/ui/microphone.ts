/** The microphone as pieces of 32-bit floats, one channel, at the rate of the browser's audio clock. */

export interface Microphone {
  readonly sampleRate: number;
  stop(): Promise<void>;
}

const WORKLET = '/microphone.js';

/** Asks for the microphone and hands over a tenth of a second at a time. Rejects with a reason in words. */
export async function openMicrophone(heard: (samples: Float32Array<ArrayBuffer>) => void): Promise<Microphone> {
  // Pages from elsewhere than this machine get no microphone without TLS.
  if (navigator.mediaDevices === undefined) throw new Error('Browsers give the microphone only to pages that come by HTTPS or from this machine.');
  const media = await navigator.mediaDevices
    // What is measured is what the microphone hears, not what a telephone would make of it.
    .getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false } })
    .catch((error: unknown) => {
      throw new Error(`The microphone cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
    });
  const context = new AudioContext();
  const stop = async (): Promise<void> => {
    for (const track of media.getTracks()) track.stop();
    if (context.state !== 'closed') await context.close();
  };
  try {
    await context.audioWorklet.addModule(WORKLET);
    const node = new AudioWorkletNode(context, 'microphone', { numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' });
    node.port.onmessage = ({ data }: MessageEvent<Float32Array<ArrayBuffer>>) => heard(data);
    context.createMediaStreamSource(media).connect(node);
    await context.resume();
    return { sampleRate: context.sampleRate, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Sound from the microphone or a file to the server, and what the server measures of it. */

import type { AudioFormat, AudioStream } from '@mcp/client';

import { explain } from '../core/explain.ts';
import { count, level, number, seconds, share } from '../core/format.ts';
import type { Hub } from '../core/hub.ts';
import { Scope } from '../core/scope.ts';
import type { AudioLevel, AudioReport, Finding } from '../core/shapes.ts';
import { readWav } from '../core/wav.ts';
import { h, replace } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import { openMicrophone } from '../ui/microphone.ts';
import { empty, ErrorLine, findings, panel } from '../ui/parts.ts';
import { Tile } from '../ui/tile.ts';
import { Meters } from './meters.ts';
import { feedFile } from './wav_feed.ts';

export function audioView(hub: Hub, scope: Scope): HTMLElement {
  return new AudioView(hub, scope).element;
}

class AudioView {
  private readonly error = new ErrorLine();
  private readonly microphone = h('button', { type: 'button', class: 'primary', onclick: () => void this.listen() }, icon('microphone'), 'Use the microphone');
  private readonly file = h('input', { type: 'file', id: 'wav', accept: '.wav,audio/wav', class: 'file-input', onchange: () => void this.play() });
  private readonly stop = h('button', { type: 'button', class: 'danger', hidden: true, onclick: () => void this.end() }, icon('stop'), 'Stop');
  private readonly status = h('p', { class: 'muted', role: 'status' });
  private readonly body = h('div', { class: 'view' });
  private running: { readonly scope: Scope; readonly stream: AudioStream } | null = null;
  readonly element: HTMLElement;

  constructor(
    private readonly hub: Hub,
    private readonly scope: Scope,
  ) {
    scope.add(() => void this.end());
    const choose = h('label', { class: 'plain', for: 'wav' }, icon('file'), 'Stream a WAV file');
    const intro = h('p', { class: 'muted' }, 'Sound goes to the server as it is played, and is measured there: loudness by EBU R 128, peaks, speech.');
    this.element = h('div', { class: 'view' }, h('div', { class: 'view-head' }, h('h2', {}, 'Audio'), intro), h('div', { class: 'controls' }, this.microphone, this.file, choose, this.stop), this.error.element, this.status, this.body);
    replace(this.body, empty('No stream is open', 'Its meters appear here.'));
  }

  private async listen(): Promise<void> {
    await this.begin(async (scope, open) => {
      let stream: AudioStream | null = null;
      const microphone = await openMicrophone((samples) => void stream?.send(samples).catch((error: unknown) => this.fail(error)));
      scope.add(() => void microphone.stop());
      stream = await open({ codec: 'f32le', sampleRate: microphone.sampleRate, channels: 1, label: 'microphone' });
      this.status.textContent = `Listening at ${count(microphone.sampleRate)} Hz.`;
    });
  }

  private async play(): Promise<void> {
    const file = this.file.files?.[0];
    if (file === undefined) return;
    await this.begin(async (scope, open) => {
      const wav = readWav(await file.arrayBuffer());
      const stream = await open({ codec: wav.codec, sampleRate: wav.sampleRate, channels: wav.channels, label: file.name.slice(0, 128) });
      this.status.textContent = `Streaming ${file.name}: ${wav.codec}, ${count(wav.sampleRate)} Hz, ${wav.channels === 1 ? 'one channel' : `${wav.channels} channels`}.`;
      void feedFile(wav, stream, scope).then(() => this.end(), (error: unknown) => this.fail(error));
    });
    this.file.value = '';
  }

  /** Opens a stream with its meters; whatever fails on the way is told, and undone. */
  private async begin(source: (scope: Scope, open: (format: AudioFormat) => Promise<AudioStream>) => Promise<void>): Promise<void> {
    await this.end();
    this.error.show('');
    const scope = new Scope();
    this.busy(true);
    try {
      await source(scope, async (format) => {
        const meters = new Meters(scope);
        replace(this.body, meters.element);
        await this.hub.client.subscribe('audio.level', 'audio.finding');
        const stream = await this.hub.client.openAudio(format);
        this.running = { scope, stream };
        this.watch(scope, stream, meters);
        return stream;
      });
      if (this.scope.isOver) await this.end();
    } catch (error) {
      scope.dispose();
      this.fail(error);
    }
  }

  private watch(scope: Scope, stream: AudioStream, meters: Meters): void {
    const found = new Map<string, Finding>();
    const list = h('div', { class: 'findings' });
    this.body.append(list);
    scope.add(
      this.hub.client.onEvent('audio.level', ({ data }) => {
        const event = data as unknown as AudioLevel;
        if (event.stream_id === stream.streamId) meters.show(event);
      }),
    );
    scope.add(
      this.hub.client.onEvent('audio.finding', ({ data }) => {
        if (data['stream_id'] !== stream.streamId) return;
        const finding = data['finding'] as Finding;
        found.set(finding.title, finding); // it is told again when it has become worse
        replace(list, ...findings([...found.values()]));
      }),
    );
    // The integrated loudness is of the whole stream, and told only when asked for.
    this.hub.poll(scope, async () => meters.showReport((await stream.analyze(['quality'])) as AudioReport));
  }

  private async end(): Promise<void> {
    const { running } = this;
    if (running === null) return;
    this.running = null;
    running.scope.dispose();
    this.busy(false);
    try {
      const report = (await running.stream.close()) as AudioReport;
      if (!this.scope.isOver) this.showReport(report);
      this.status.textContent = 'The stream is closed.';
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    const { running } = this;
    this.running = null;
    running?.scope.dispose();
    this.busy(false);
    this.status.textContent = '';
    this.error.show(explain(error));
  }

  private busy(isBusy: boolean): void {
    this.stop.hidden = !isBusy;
    this.microphone.disabled = isBusy;
    this.file.disabled = isBusy;
  }

  private showReport({ duration_s: duration, quality, findings: found }: AudioReport): void {
    const tiles: readonly (readonly [string, string, string])[] = [
      ['Duration', seconds(duration), ''],
      ['Integrated loudness', level(quality?.loudness.integrated_lufs, 'LUFS'), `range ${number(quality?.loudness.range_lu, 1)} LU`],
      ['Loudest', level(quality?.loudness.short_term_max_lufs, 'LUFS'), `momentary ${level(quality?.loudness.momentary_max_lufs, 'LUFS')}`],
      ['True peak', level(quality?.loudness.true_peak_dbtp, 'dBTP'), `${count(quality?.clipping.events)} times clipped`],
      ['Speech', share(quality?.speech.ratio), `noise ${number(quality?.snr.vad_db, 1)} dB below it`],
    ];
    replace(
      this.body,
      panel('The report of the stream', {}, h('div', { class: 'tiles' }, ...tiles.map(([name, value, detail]) => reportTile(name, value, detail)))),
      h('div', { class: 'findings' }, ...findings(found)),
    );
  }
}

function reportTile(name: string, value: string, detail: string): HTMLElement {
  const tile = new Tile(name, false);
  tile.show(value, detail);
  return tile.element;
}

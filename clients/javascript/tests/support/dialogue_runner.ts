/** Plays the server and the user of a dialogue (conformance/dialogues/README.md) against a client, in manual time. */

import { MCPError } from '../../src/core/errors.ts';
import type { ClientOptions } from '../../src/core/options.ts';
import type { Diagnostic, ServerEvent } from '../../src/core/types.ts';
import { BaseClient } from '../../src/shell/client.ts';
import type { ManualTime } from './manual_time.ts';
import { Mismatch, Names } from './matching.ts';
import { isQuiet, type Connection, type Message, type Peer } from './peer.ts';
import { AsyncQueue, bounded, settle } from './waiting.ts';

export interface Dialogue {
  readonly description: string;
  readonly for: readonly string[];
  readonly opening: string;
  readonly options?: Partial<ClientOptions>;
  readonly steps: readonly Message[];
}

/** Something the user has started. */
class Call {
  readonly chunks = new AsyncQueue<unknown>();
  readonly progress = new AsyncQueue<unknown>();
  readonly abort = new AbortController();
  ended: Promise<unknown> = Promise.resolve();

  run(doing: Promise<unknown>): void {
    this.ended = doing;
    doing.catch(() => {});
  }
}

/** One dialogue, one client, one server. */
export class DialogueRunner {
  readonly client: BaseClient;
  private readonly names = new Names();
  private readonly connections = new Map<string, Connection>();
  private readonly calls = new Map<string, Call>();
  private readonly events = new AsyncQueue<ServerEvent>();
  private readonly diagnostics = new AsyncQueue<Diagnostic>();
  private readonly pushedBack = new Map<string, (Message | null)[]>();
  private readonly steps: readonly Message[];
  private stateChanged = (): void => {};
  private triedAtLoss = 0;

  constructor(
    dialogue: Dialogue,
    openings: Record<string, readonly Message[]>,
    private readonly peer: Peer,
    private readonly time: ManualTime,
  ) {
    this.steps = [...openings[dialogue.opening]!, ...dialogue.steps];
    const options = { url: peer.url, apiKey: 'k'.repeat(16), retry: false, resumable: false, ...dialogue.options };
    this.client = new BaseClient(options, peer.platform);
    this.client.onEvent((event) => this.events.put(event));
    this.client.onDiagnostic((diagnostic) => this.diagnostics.put(diagnostic));
    this.client.onState(() => this.stateChanged());
  }

  /** Rejects at the first step that does not hold. */
  async play(): Promise<void> {
    try {
      await this.playAll(this.steps, '');
    } finally {
      await this.client.close();
    }
  }

  private async playAll(steps: readonly Message[], at: string): Promise<void> {
    for (const [index, step] of steps.entries()) {
      if (step['only'] === 'server') continue;
      const turns = typeof step['repeat'] === 'number' ? step['repeat'] : 0;
      for (let turn = 1; turn <= turns; turn++) await this.playAll(step['steps'], `${at}${index + 1}.${turn}.`);
      if (turns > 0) continue;
      try {
        await this.step(step, step['on'] ?? 'a');
      } catch (error) {
        throw new Error(`step ${at}${index + 1} ${JSON.stringify(step).slice(0, 200)}: ${String(error)}`, { cause: error });
      }
    }
  }

  private async step(step: Message, on: string): Promise<void> {
    if (step['connect'] !== undefined) return await this.connect(step, on);
    if (step['user'] !== undefined) return await this.user(step);
    if (step['fault'] !== undefined) return await this.fault(step, on);
    const messages: unknown[] = step['any_order'] ?? [step['message']];
    for (const message of messages) {
      if (step['from'] === 'server') this.connections.get(on)!.send(this.names.sample(message));
      else await this.expect(on, message, step['optional'] === true, step['any_order'] ?? null);
    }
  }

  private async connect(step: Message, on: string): Promise<void> {
    const attempt = await this.peer.attempt();
    if (step['status'] === undefined) this.connections.set(on, await attempt.accept());
    else attempt.refuse(step['status'], this.names.sample(step['body'] ?? {}));
  }

  private async fault(step: Message, on: string): Promise<void> {
    if (step['fault'] === 'delay') {
      await settle();
      this.time.advance(step['ms']);
      await settle();
      return;
    }
    const connection = this.connections.get(on)!;
    if (step['fault'] === 'close' && step['from'] === 'client') return await this.closed(on, step['code'], step['optional'] === true);
    this.triedAtLoss = this.peer.tried;
    if (step['fault'] === 'close') connection.close(step['code'], String(this.names.sample(step['reason'] ?? '')));
    else if (step['fault'] === 'cut') connection.cut();
    else throw new Error('a fault this runner does not know');
    await connection.closed;
    await settle();
  }

  // --- what the client sends ---------------------------------------------------------------------------------------

  private async next(on: string): Promise<Message | null> {
    const kept = this.pushedBack.get(on)?.shift();
    return kept !== undefined ? kept : await this.connections.get(on)!.next(false);
  }

  private pushBack(on: string, message: Message | null): void {
    this.pushedBack.set(on, [message, ...(this.pushedBack.get(on) ?? [])]);
  }

  private async expect(on: string, wanted: unknown, optional: boolean, others: readonly unknown[] | null): Promise<void> {
    if (Array.isArray(wanted)) {
      for (const element of wanted) await this.expect(on, element, false, null);
      return;
    }
    for (;;) {
      const message = await this.next(on);
      if (message !== null && (others ?? [wanted]).some((other) => this.names.matches(other, message))) return;
      if (message !== null && isQuiet(message)) continue;
      if (optional) return this.pushBack(on, message);
      if (message === null) throw new Mismatch('the connection ended');
      this.names.match(wanted, message);
    }
  }

  private async closed(on: string, code: number | undefined, optional: boolean): Promise<void> {
    for (let message = await this.next(on); message !== null; message = await this.next(on)) {
      if (isQuiet(message)) continue;
      if (optional) return this.pushBack(on, message);
      throw new Mismatch(`not a Close: ${JSON.stringify(message)}`);
    }
    const [got] = await this.connections.get(on)!.closed;
    if (code !== undefined && got !== code) throw new Mismatch(`closed with ${got}`);
  }

  // --- the user ----------------------------------------------------------------------------------------------------

  private async user(step: Message): Promise<void> {
    const call = this.calls.get(step['of'] ?? '');
    switch (step['user']) {
      case 'connect':
        return this.start('').run(this.client.connect());
      case 'request':
        return this.start(step['as']).run(this.client.request(step['method'], step['params']));
      case 'subscribe':
        return this.start(step['as']).run(this.client.subscribe(...step['event_types']));
      case 'call':
        return this.call(step, this.start(step['as']));
      case 'cancel':
        call!.abort.abort(new MCPError('REQUEST_CANCELLED', 'by the user'));
        return await settle();
      case 'close':
        return await bounded(this.client.close(), 'the client closes');
      case 'result': {
        const result = await bounded(call!.ended, 'the result comes');
        return step['value'] === undefined ? undefined : this.names.match(step['value'], result);
      }
      case 'error': {
        const error = await bounded(call!.ended.then((result) => result, (reason: unknown) => reason), 'the error comes');
        return this.names.match(step['code'], error instanceof MCPError ? error.code : error);
      }
      case 'chunk':
        return this.names.match(step['value'], await bounded(call!.chunks.get(), 'a chunk comes'));
      case 'progress':
        return this.names.match(step['value'], await bounded(call!.progress.get(), 'progress comes'));
      case 'event': {
        const event = await bounded(this.events.get(), 'an event comes');
        return this.names.match({ eventType: step['event_type'], data: step['data'] ?? '$any' }, event);
      }
      case 'diagnostic':
        return await this.diagnostic(step['value']);
      case 'state':
        return await this.state(step);
      case 'report':
        return this.names.match(step['value'], this.client.getDiagnostics());
      default:
        throw new Error('a user step this runner does not know');
    }
  }

  private start(name: string): Call {
    const call = new Call();
    this.calls.set(name, call);
    return call;
  }

  private call(step: Message, call: Call): void {
    const onProgress = (told: object): void => call.progress.put(Object.fromEntries(Object.entries(told).filter(([, value]) => value !== null)));
    const options = { timeoutMs: step['timeout_ms'], signal: call.abort.signal, onProgress };
    if (step['stream'] !== true) return call.run(this.client.callTool(step['name'], step['arguments'], options));
    const stream = this.client.streamTool(step['name'], step['arguments'], options);
    const consume = async (): Promise<unknown> => {
      let index = 0;
      for await (const chunk of stream) call.chunks.put({ index: index++, chunk });
      return stream.result;
    };
    call.run(consume());
  }

  private async diagnostic(wanted: unknown): Promise<void> {
    for (;;) {
      const told = await bounded(this.diagnostics.get(), 'a diagnostic comes');
      if (told.component === 'client' && !this.names.matches(wanted, told)) continue; // a local one
      return this.names.match(wanted, told);
    }
  }

  private async state(step: Message): Promise<void> {
    await settle();
    while (this.client.state !== step['is']) {
      const changed = new Promise<void>((resolve) => (this.stateChanged = resolve));
      await bounded(changed, `the state ${step['is']} (it is ${this.client.state})`);
    }
    const tried = this.peer.tried - this.triedAtLoss;
    if (step['attempts'] !== undefined && tried !== step['attempts']) throw new Mismatch(`${tried} attempts were made`);
  }
}

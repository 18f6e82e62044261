/** A scripted peer that welcomes, answers hello, and hands every other message to a function. */

import { BaseClient } from '../../src/shell/client.ts';
import type { ClientOptions } from '../../src/core/options.ts';
import type { Attempt, Connection, Message, Peer } from './peer.ts';

export type Serve = (connection: Connection, message: Message) => void;

export const WELCOME: Message = {
  client_id: 'client-1',
  session_id: 'ses-1',
  server: { name: 'patchbay', version: '0.1.0' },
  protocol_versions: ['2.0'],
  heartbeat_interval_s: 30,
  limits: { messages_per_minute: 100, max_message_bytes: 262_144, max_batch: 64, max_in_flight: 64 },
  capabilities: ['tools', 'batching', 'streaming', 'resume', 'diagnostics', 'events'],
};

/** Answers tools/call with its arguments, everything else with `{}`. */
export const echo: Serve = (connection, message) => {
  const params: Message = message['params'];
  if (message['method'] === 'tools/call') connection.answer(message, params['arguments'], true);
  else if (String(message['method']).startsWith('events/')) connection.answer(message, { event_types: params['event_types'] }, true);
  else connection.answer(message, {}, true);
};

/** Accepts every connection. Sessions are resumable but never resumed, unless `resumes`. */
export class Served {
  readonly methods: string[] = [];
  readonly requests: Message[] = [];
  readonly connections: Connection[] = [];
  readonly attempts: Attempt[] = [];
  readonly acks: number[] = [];
  private readonly welcome: Message;

  constructor(
    readonly peer: Peer,
    private readonly serve: Serve = echo,
    private readonly how: { resumes?: boolean; welcome?: Message } = {},
  ) {
    this.welcome = { ...WELCOME, ...how.welcome };
    void this.accept();
  }

  /** The newest connection. */
  get last(): Connection {
    return this.connections.at(-1)!;
  }

  private async accept(): Promise<void> {
    for (;;) {
      const attempt = await this.peer.attempts.get();
      this.attempts.push(attempt);
      const connection = await attempt.accept();
      this.connections.push(connection);
      void this.talk(connection);
    }
  }

  private async talk(connection: Connection): Promise<void> {
    connection.message('event', { event_type: 'welcome', data: this.welcome });
    for (let message = await connection.messages.get(); message !== null; message = await connection.messages.get()) {
      if (typeof message['ack'] === 'number') this.acks.push(message['ack']);
      if (message['message_type'] === 'heartbeat') {
        connection.message('heartbeat', { client_id: 'server', uptime: 1, metrics: { echo: message['message_id'] } });
      } else if (message['message_type'] === 'event') {
        this.acks.push(message['data']['seq']);
      } else {
        this.methods.push(message['method']);
        this.requests.push(message);
        this.request(connection, message);
      }
    }
  }

  private request(connection: Connection, message: Message): void {
    if (message['method'] === 'session/hello') {
      connection.answer(message, { session_id: 'ses-1', resume_token: 't', epoch: 1 }, true);
    } else if (message['method'] === 'session/resume') {
      const resumed = this.how.resumes === true;
      if (resumed) connection.seq = message['params']['last_seq'];
      const back = { resumed, resume_token: 't2', replayed: 0, in_flight: [] };
      connection.answer(message, resumed ? back : { resumed, reason: 'expired' });
    } else {
      this.serve(connection, message);
    }
  }
}

/** A client of that peer, quick to come back. */
export function clientOf(peer: Peer, options: Partial<ClientOptions> = {}): BaseClient {
  const quick = { reconnectInitialDelayMs: 1, reconnectMaxDelayMs: 2, retryInitialDelayMs: 1, retryMaxDelayMs: 2 };
  return new BaseClient({ url: peer.url, apiKey: 'k'.repeat(16), ...quick, ...options }, peer.platform);
}

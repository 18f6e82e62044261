/** The page's one connection, and what it is told without asking. No DOM: the bench runs it in Node. */

import type { ConnectionState, Diagnostic, DiagnosticLevel, DiagnosticReport, MCPClient, Tool } from '@mcp/client';

import { Cell } from './cell.ts';
import { paceMs, Poller } from './pace.ts';
import type { Scope } from './scope.ts';
import { Trail } from './series.ts';
import type { Performance, ServerStatus, StatusUpdate } from './shapes.ts';

/** An hour of `status_update`, one every five seconds. */
const TRAIL_POINTS = 720;
const FEED_ENTRIES = 500;

/** A diagnostic with the time it came. */
export interface FeedEntry extends Diagnostic {
  readonly id: number;
  readonly time: Date;
}

export type TrailName = 'cpu' | 'memory' | 'in' | 'out' | 'errors' | 'connections';

export class Hub {
  readonly state = new Cell<ConnectionState>('closed');
  readonly status = new Cell<StatusUpdate | null>(null);
  readonly trail = new Trail<TrailName>(['cpu', 'memory', 'in', 'out', 'errors', 'connections'], TRAIL_POINTS);
  /** The newest last. */
  readonly feed = new Cell<readonly FeedEntry[]>([]);
  /** Whether anyone looks at the page. */
  readonly isSeen = new Cell(true);
  /** Told when tools come or go; how often they have. */
  readonly toolChanges = new Cell(0);
  private entries = 0;
  private toolList: Promise<Tool[]> | null = null;

  constructor(
    readonly client: MCPClient,
    private readonly key: string,
    private readonly origin: string,
    private readonly wall: () => number = Date.now,
  ) {
    client.onState((state) => this.state.set(state));
    client.onDiagnostic((diagnostic) => this.note(diagnostic));
    client.onEvent('status_update', ({ data }) => this.update(data as unknown as StatusUpdate));
    client.onEvent('tools_changed', () => {
      this.toolList = null;
      this.toolChanges.set(this.toolChanges.value + 1);
    });
  }

  /** Connects and subscribes; rejects with the reason. */
  async open(): Promise<void> {
    await this.client.connect();
    this.client.enableDiagnostics('info');
    await this.client.subscribe('status_update', 'tools_changed');
  }

  async close(): Promise<void> {
    await this.client.close();
  }

  /** The least level of the diagnostics that come from now on. */
  listen(level: DiagnosticLevel): void {
    this.client.enableDiagnostics(level);
  }

  /** Milliseconds between two questions. */
  get paceMs(): number {
    return paceMs(this.client.limits.messagesPerMinute);
  }

  /** Asks at the page's pace while it is connected and seen, until the scope ends. */
  poll(scope: Scope, ask: () => Promise<void>, everyMs: () => number = () => this.paceMs): Poller {
    const poller = new Poller(ask, everyMs, () => this.state.value === 'connected' && this.isSeen.value);
    scope.add(this.state.watch((state) => state === 'connected' && poller.now()));
    scope.add(this.isSeen.onChange((isSeen) => isSeen && poller.now()));
    scope.add(() => poller.stop());
    return poller;
  }

  performance(historyMinutes: number, maxPoints: number): Promise<Performance> {
    return this.client.callTool<Performance>('system/performance', { history_minutes: historyMinutes, max_points: maxPoints });
  }

  report(): Promise<DiagnosticReport> {
    return this.client.serverDiagnostics();
  }

  /** Over HTTP, which the rate limit does not count; the WebSocket has no method for it. */
  async serverStatus(): Promise<ServerStatus> {
    const answer = await fetch(`${this.origin}/api/mcp/status`, { headers: { 'X-API-Key': this.key }, cache: 'no-store' });
    const body = (await answer.json()) as ServerStatus & { error_code?: string; error_message?: string };
    if (!answer.ok) throw new Error(`${body.error_code ?? answer.status}: ${body.error_message ?? answer.statusText}`);
    return body;
  }

  /** The tools, asked for once until they change. */
  tools(): Promise<Tool[]> {
    this.toolList ??= this.client.listTools().catch((error: unknown) => {
      this.toolList = null;
      throw error;
    });
    return this.toolList;
  }

  private update(status: StatusUpdate): void {
    this.trail.push(this.wall() / 1000, {
      cpu: status.cpu_percent,
      memory: status.memory_percent,
      in: status.messages_per_second.in,
      out: status.messages_per_second.out,
      errors: status.error_rate * 100,
      connections: status.active_connections,
    });
    this.status.set(status);
  }

  private note(diagnostic: Diagnostic): void {
    const entry = { ...diagnostic, id: ++this.entries, time: new Date(this.wall()) };
    this.feed.set([...this.feed.value.slice(1 - FEED_ENTRIES), entry]);
  }
}

/** What is known of the tools: whether a call may be repeated. */

import { asObject } from './json.ts';

/** Annotations learned from every `tools/list` answer that passes by. */
export class Catalog {
  private readonly known = new Map<string, boolean>();
  /** Whether every page was seen: a tool that is not known then does not exist. */
  complete = false;

  /** Takes one page and returns the cursor of the next, or null after the last. */
  learn(result: unknown): string | null {
    const page = asObject(result);
    const tools = page['tools'];
    for (const tool of Array.isArray(tools) ? tools : []) {
      const { name, annotations } = asObject(tool);
      const hints = asObject(annotations);
      if (typeof name === 'string') this.known.set(name, hints['readOnlyHint'] === true || hints['idempotentHint'] === true);
    }
    const cursor = page['next_cursor'];
    return typeof cursor === 'string' ? cursor : null;
  }

  forget(): void {
    this.known.clear();
    this.complete = false;
  }

  /** Null when it is not known yet. */
  repeatable(tool: string): boolean | null {
    return this.known.get(tool) ?? (this.complete ? false : null);
  }
}

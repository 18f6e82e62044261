/** The matchers and samples of conformance/dialogues/README.md. */

import { isObject } from '../../src/core/json.ts';

const ID = /^(req|resp|evt|err|diag|hb)-[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const PREFIX: Record<string, string> = { request: 'req', response: 'resp', event: 'evt', error: 'err', diagnostic: 'diag', heartbeat: 'hb' };
const SPECIAL = ['$integer', '$one_of', '$contains', '$repeat'];

/** What came is not what the dialogue says. */
export class Mismatch extends Error {}

/** What the dialogue has bound, and the ids it makes. */
export class Names {
  private bound = new Map<string, unknown>();
  private made = 0;

  /** Throws a Mismatch; binds names only when all matches. */
  match(wanted: unknown, got: unknown): void {
    const before = new Map(this.bound);
    try {
      this.compare(wanted, got, 'the top');
    } catch (error) {
      this.bound = before;
      throw error;
    }
  }

  matches(wanted: unknown, got: unknown): boolean {
    try {
      this.match(wanted, got);
      return true;
    } catch (error) {
      if (error instanceof Mismatch) return false;
      throw error;
    }
  }

  private compare(wanted: unknown, got: unknown, where: string): void {
    if (typeof wanted === 'string' && wanted.startsWith('$') && !wanted.startsWith('$$')) {
      this.compareNamed(wanted, got, where);
    } else if (Array.isArray(wanted)) {
      need(Array.isArray(got) && got.length === wanted.length, where, `${wanted.length} elements`, got);
      wanted.forEach((value, index) => this.compare(value, (got as unknown[])[index], `${where}[${index}]`));
    } else if (isObject(wanted)) {
      const special = specialOf(wanted);
      if (special !== null) return this.compareSpecial(special, wanted[special], got, where);
      need(isObject(got), where, 'an object', got);
      for (const [name, value] of Object.entries(wanted)) this.compare(value, (got as Record<string, unknown>)[name], `${where}.${name}`);
    } else {
      const literal = typeof wanted === 'string' && wanted.startsWith('$$') ? wanted.slice(1) : wanted;
      need(got === literal, where, JSON.stringify(literal), got);
    }
  }

  private compareNamed(wanted: string, got: unknown, where: string): void {
    const [kind, name = ''] = wanted.split(/:(.*)/s);
    if (kind === '$absent') return need(got === undefined, where, 'nothing', got);
    need(got !== undefined, where, wanted, got);
    switch (kind) {
      case '$any':
        return;
      case '$string':
        return need(typeof got === 'string' && got !== '', where, wanted, got);
      case '$number':
        return need(typeof got === 'number', where, wanted, got);
      case '$integer':
        return need(Number.isInteger(got), where, wanted, got);
      case '$boolean':
        return need(typeof got === 'boolean', where, wanted, got);
      case '$object':
        return need(isObject(got), where, wanted, got);
      case '$array':
        return need(Array.isArray(got), where, wanted, got);
      case '$time':
        return need(typeof got === 'string' && TIME.test(got), where, wanted, got);
      case '$id':
        need(typeof got === 'string' && ID.test(got), where, wanted, got);
        this.bound.set(name, got);
        return;
      case '$bind':
        need(typeof got === 'string' || Number.isInteger(got), where, wanted, got);
        this.bound.set(name, got);
        return;
      case '$same':
        return need(got === this.value(name), where, JSON.stringify(this.value(name)), got);
      case '$other':
        return need(typeof got === 'string' && got !== this.value(name), where, wanted, got);
      default:
        throw new Error(`unknown matcher ${wanted}`);
    }
  }

  private compareSpecial(kind: string, told: unknown, got: unknown, where: string): void {
    const list = told as [number, number];
    const shown = JSON.stringify({ [kind]: told });
    if (kind === '$integer') return need(Number.isInteger(got) && list[0] <= (got as number) && (got as number) <= list[1], where, shown, got);
    if (kind === '$one_of') return need((told as unknown[]).some((one) => this.matches(one, got)), where, shown, got);
    if (kind === '$contains') return need(Array.isArray(got) && got.some((element) => this.matches(told, element)), where, shown, got);
    return need(got === repeated(told), where, shown, got);
  }

  /** What is sent in the matcher's place. */
  sample(wanted: unknown, messageType = 'request'): unknown {
    if (Array.isArray(wanted)) return wanted.map((value) => this.sample(value, messageType));
    if (isObject(wanted)) {
      const special = specialOf(wanted);
      const told = special === null ? null : wanted[special];
      if (special === '$integer') return (told as number[])[0];
      if (special === '$one_of') return this.sample((told as unknown[])[0], messageType);
      if (special === '$contains') return [this.sample(told, messageType)];
      if (special === '$repeat') return repeated(told);
      const inner = typeof wanted['message_type'] === 'string' ? wanted['message_type'] : messageType;
      const present = Object.entries(wanted).filter(([, value]) => value !== '$absent');
      return Object.fromEntries(present.map(([name, value]) => [name, this.sample(value, inner)]));
    }
    if (typeof wanted !== 'string' || !wanted.startsWith('$')) return wanted;
    return wanted.startsWith('$$') ? wanted.slice(1) : this.sampleNamed(wanted, messageType);
  }

  private sampleNamed(wanted: string, messageType: string): unknown {
    const [kind = '', name = ''] = wanted.split(/:(.*)/s);
    const plain = new Map<string, unknown>([['$any', null], ['$string', 'string'], ['$number', 1], ['$integer', 1], ['$boolean', true], ['$object', {}], ['$array', []], ['$time', '2024-02-17T23:10:15Z']]);
    if (plain.has(kind)) return plain.get(kind);
    if (kind === '$same') return this.value(name);
    if (kind === '$other') return `${String(this.value(name))}x`;
    if (kind !== '$id' && kind !== '$bind') throw new Error(`unknown matcher ${wanted}`);
    const made = kind === '$id' ? `${PREFIX[messageType]}-made${++this.made}` : `${name}-1`;
    this.bound.set(name, made);
    return made;
  }

  private value(name: string): unknown {
    if (!this.bound.has(name)) throw new Error(`${name} is not bound`);
    return this.bound.get(name);
  }
}

function specialOf(wanted: Record<string, unknown>): string | null {
  const names = Object.keys(wanted);
  return names.length === 1 && SPECIAL.includes(names[0]!) ? names[0]! : null;
}

function repeated(told: unknown): string {
  const [text, times] = told as [string, number];
  return text.repeat(times);
}

function need(holds: boolean, where: string, wanted: string, got: unknown): void {
  if (!holds) throw new Mismatch(`at ${where}: wanted ${wanted}, got ${got === undefined ? 'nothing' : JSON.stringify(got)?.slice(0, 300)}`);
}

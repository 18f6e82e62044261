/** Signing in with a key, which stays in memory or, on request, in this tab. */

import { MCPClient } from '@mcp/client';

import { explainSignIn } from './core/explain.ts';
import { Hub } from './core/hub.ts';
import { Shell } from './shell.ts';
import { h, replace } from './ui/dom.ts';
import { icon, mark } from './ui/icons.ts';
import { keep, kept, thisTab } from './ui/keeping.ts';
import { ErrorLine } from './ui/parts.ts';
import { toggleTheme } from './ui/theme.ts';

/** In session storage: this tab, until it is closed. */
const STORED = 'patchbay.key';
const RECONNECT_MOST_MS = 10_000;

/** Shows the form, or goes straight in with the key that this tab keeps. */
export function showSignIn(root: HTMLElement): void {
  new SignIn(root).show(kept(thisTab, STORED));
}

class SignIn {
  private readonly error = new ErrorLine();
  private readonly key = h('input', { id: 'key', type: 'password', name: 'key', autocomplete: 'off', spellcheck: 'false', required: true, maxlength: 256 });
  private readonly keep = h('input', { id: 'keep', type: 'checkbox' });
  private readonly button = h('button', { type: 'submit', class: 'primary' }, 'Sign in');

  constructor(private readonly root: HTMLElement) {}

  show(stored: string | null, reason = ''): void {
    const submit = (event: Event): void => {
      event.preventDefault();
      void this.enter(this.key.value.trim());
    };
    const form = h(
      'form',
      { class: 'sign-in-form', onsubmit: submit, novalidate: true },
      h('label', { for: 'key' }, 'API key'),
      this.key,
      h('label', { class: 'check', for: 'keep' }, this.keep, 'Keep it in this tab until the tab is closed'),
      this.error.element,
      this.button,
    );
    const intro = h('p', { class: 'muted' }, 'Sign in with an API key of this server. It was printed when the server first started; ', h('code', {}, 'keys create'), ' makes others.');
    const theme = h('button', { type: 'button', class: 'icon-button corner', 'aria-label': 'Switch between light and dark', onclick: toggleTheme }, icon('theme'));
    replace(this.root, theme, h('main', { class: 'sign-in' }, h('div', { class: 'brand' }, mark(), h('h1', {}, 'Patchbay')), intro, form));
    this.error.show(reason);
    this.keep.checked = stored !== null;
    if (stored === null) {
      this.key.focus();
      return;
    }
    this.key.value = stored;
    void this.enter(stored);
  }

  private async enter(key: string): Promise<void> {
    if (key === '') {
      this.error.show('Type the key first.');
      this.key.focus();
      return;
    }
    this.error.show('');
    this.busy(true);
    let hub: Hub | null = null;
    try {
      hub = new Hub(makeClient(key), key, location.origin);
      await hub.open();
      keep(thisTab, STORED, this.keep.checked ? key : null);
      new Shell(this.root, hub, (reason) => this.leave(reason)).show();
    } catch (error) {
      keep(thisTab, STORED, null);
      await hub?.close();
      this.error.show(explainSignIn(error));
      this.key.select();
      this.key.focus();
    } finally {
      this.busy(false);
    }
  }

  /** Back to the form; a reason when it was not the user who left. */
  private leave(reason: string): void {
    keep(thisTab, STORED, null);
    this.key.value = '';
    this.show(null, reason);
  }

  private busy(isBusy: boolean): void {
    this.button.disabled = isBusy;
    this.button.textContent = isBusy ? 'Signing in…' : 'Sign in';
  }
}

function makeClient(key: string): MCPClient {
  return new MCPClient({
    url: `${location.origin.replace('http', 'ws')}/api/mcp/ws`,
    apiKey: key,
    clientName: 'patchbay-dashboard',
    // What a page misses while it is away it asks for anew: a log of its messages would cost the server more than it is worth.
    resumable: false,
    reconnectMaxDelayMs: RECONNECT_MOST_MS,
  });
}

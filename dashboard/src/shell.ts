/** What stands around the views: who is connected, where to go, and whether the connection holds. */

import type { ConnectionState } from '@mcp/client';

import type { Hub } from './core/hub.ts';
import { Scope } from './core/scope.ts';
import { h, replace } from './ui/dom.ts';
import { icon, mark, type IconName } from './ui/icons.ts';
import { toggleTheme } from './ui/theme.ts';
import { audioView } from './views/audio.ts';
import { connectionsView } from './views/connections.ts';
import { feedView } from './views/feed.ts';
import { guardView } from './views/guard.ts';
import { healthView } from './views/health.ts';
import { systemView } from './views/system.ts';
import { toolsView } from './views/tools.ts';
import { workflowsView } from './views/workflows.ts';

/** Builds a view; what it watches ends with the scope. */
export type View = (hub: Hub, scope: Scope) => HTMLElement;

const VIEWS: readonly (readonly [IconName, string, View])[] = [
  ['system', 'System', systemView],
  ['connections', 'Connections', connectionsView],
  ['guard', 'Limits', guardView],
  ['tools', 'Tools', toolsView],
  ['audio', 'Audio', audioView],
  ['workflows', 'Workflows', workflowsView],
  ['feed', 'Feed', feedView],
  ['health', 'Health', healthView],
];

const STATES: Readonly<Record<ConnectionState, string>> = { connected: 'Connected', connecting: 'Connecting', reconnecting: 'Reconnecting', closed: 'Closed' };

export class Shell {
  private readonly scope = new Scope();
  private readonly main = h('main', { id: 'main', tabindex: -1 });
  private readonly banner = h('div', { class: 'banner', role: 'status', 'aria-live': 'polite', hidden: true });
  private readonly state = h('span', { class: 'state' });
  private readonly links = new Map<string, HTMLElement>();
  private view: Scope | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly hub: Hub,
    private readonly left: (reason: string) => void,
  ) {}

  show(): void {
    const navigation = VIEWS.map(([name, title]) => {
      const link = h('a', { href: `#${name}` }, icon(name), h('span', {}, title));
      this.links.set(name, link);
      return h('li', {}, link);
    });
    const bar = h(
      'header',
      { class: 'bar' },
      h('div', { class: 'brand' }, mark(), h('h1', { class: 'brand-name' }, 'Patchbay'), h('span', { class: 'version' }, this.hub.client.server.version)),
      this.state,
      h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Switch between light and dark', onclick: toggleTheme }, icon('theme')),
      h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Sign out', onclick: () => void this.leave('') }, icon('leave')),
    );
    const skip = h('a', { class: 'skip', href: '#main', onclick: (event: Event) => this.skip(event) }, 'Skip to the view');
    replace(this.root, skip, bar, h('nav', { 'aria-label': 'Views' }, h('ul', {}, ...navigation)), h('div', { class: 'stage' }, this.banner, this.main));

    const route = (): void => this.route();
    const seen = (): void => this.hub.isSeen.set(document.visibilityState === 'visible');
    addEventListener('hashchange', route);
    document.addEventListener('visibilitychange', seen);
    this.scope.add(() => removeEventListener('hashchange', route));
    this.scope.add(() => document.removeEventListener('visibilitychange', seen));
    this.scope.add(this.hub.state.watch((state) => this.tellState(state)));
    this.route(false);
  }

  private skip(event: Event): void {
    event.preventDefault(); // the address names the view
    this.main.focus();
  }

  private route(isMoved = true): void {
    const [name, title, view] = VIEWS.find(([name]) => location.hash === `#${name}`) ?? VIEWS[0]!;
    for (const [other, link] of this.links) {
      if (other === name) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    this.links.get(name)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    document.title = `${title} · Patchbay`;
    this.view?.dispose();
    this.view = new Scope();
    replace(this.main, view(this.hub, this.view));
    if (!isMoved) return;
    this.main.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  private tellState(state: ConnectionState): void {
    replace(this.state, h('span', { class: `dot ${state}` }), h('span', { class: 'state-name' }, STATES[state]));
    this.banner.hidden = state === 'connected';
    this.banner.textContent = state === 'reconnecting' ? 'The connection is lost. Trying to come back; what you see is from before.' : STATES[state];
    if (state !== 'closed') return;
    const { last_error: error } = this.hub.client.getDiagnostics().connection;
    void this.leave(error === null ? '' : `The server ended the connection. ${error.error_code}: ${error.error_message}`);
  }

  private async leave(reason: string): Promise<void> {
    if (this.scope.isOver) return;
    this.view?.dispose();
    this.scope.dispose();
    this.left(reason);
    await this.hub.close();
  }
}

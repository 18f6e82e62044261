import type { Hub } from '../core/hub.ts';
import type { Scope } from '../core/scope.ts';
import { h } from '../ui/dom.ts';

export function toolsView(_hub: Hub, _scope: Scope): HTMLElement {
  return h('div');
}

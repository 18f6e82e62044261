/** Elements. Whatever comes from the server goes in as text, never as markup. */

import type { Scope } from '../core/scope.ts';

type Child = Node | string | null | undefined | false;
type Props = Readonly<Record<string, unknown>>;

const SVG = 'http://www.w3.org/2000/svg';

/** An element: `on…` are listeners, true is an empty attribute, null and false are none. */
export function h<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, props: Props = {}, ...children: readonly Child[]): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  dress(element, props);
  append(element, children);
  return element;
}

export function svg<Tag extends keyof SVGElementTagNameMap>(tag: Tag, props: Props = {}, ...children: readonly Child[]): SVGElementTagNameMap[Tag] {
  const element = document.createElementNS(SVG, tag);
  dress(element, props);
  append(element, children);
  return element;
}

export function replace(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren(...children.filter((child): child is Node | string => typeof child === 'string' || child instanceof Node));
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) if (typeof child === 'string' || child instanceof Node) element.append(child);
}

function dress(element: Element, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
}

/** A function that draws with the next frame, however often it is called before it. */
export function onFrame(scope: Scope, draw: () => void): () => void {
  let frame = 0;
  scope.add(() => cancelAnimationFrame(frame));
  return () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  };
}

let ids = 0;

/** An id that no other element of the page has. */
export function freshId(prefix: string): string {
  return `${prefix}-${++ids}`;
}

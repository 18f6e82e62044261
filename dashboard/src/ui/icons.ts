/** Line icons of 24 units. */

import { svg } from './dom.ts';

const PATHS = {
  system: 'M3 12h4l3-8 4 16 3-8h4',
  connections: 'M5 7a2 2 0 1 0 0-.01M19 7a2 2 0 1 0 0-.01M12 18a2 2 0 1 0 0-.01M6.6 8.2l4.3 8M17.4 8.2l-4.3 8M7 7h10',
  guard: 'M12 3l7 3v5c0 5-3 8.5-7 10-4-1.5-7-5-7-10V6z',
  tools: 'M4 6h10M18 6h2M4 12h2M10 12h10M4 18h7M15 18h5M16 4v4M8 10v4M13 16v4',
  audio: 'M4 10v4M8 6v12M12 3v18M16 7v10M20 10v4',
  workflows: 'M4 4h6v5H4zM14 15h6v5h-6zM7 9v5a3 3 0 0 0 3 3h4',
  feed: 'M4 6h16M4 12h16M4 18h10',
  health: 'M12 20s-7-4.5-7-10a4 4 0 0 1 7-2.5A4 4 0 0 1 19 10c0 5.5-7 10-7 10z',
  theme: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4v16M15 5.5v13M18 7v10',
  leave: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  microphone: 'M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v4',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  stop: 'M7 7h10v10H7z',
  play: 'M8 5l11 7-11 7z',
} as const;

export type IconName = keyof typeof PATHS;

/** For the eye only: what it means stands beside it, or in a label. */
export function icon(name: IconName): SVGSVGElement {
  return svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: PATHS[name] }));
}

/** The mark of the product: two jacks and a cable. */
export function mark(): SVGSVGElement {
  return svg(
    'svg',
    { viewBox: '0 0 32 32', class: 'mark', 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { x: 1, y: 1, width: 30, height: 30, rx: 8, class: 'mark-plate' }),
    svg('path', { d: 'M10 11v4a6 6 0 0 0 6 6 6 6 0 0 1 6 0', class: 'mark-cable' }),
    svg('circle', { cx: 10, cy: 10, r: 3.4, class: 'mark-jack' }),
    svg('circle', { cx: 22, cy: 22, r: 3.4, class: 'mark-jack' }),
  );
}

/** Light or dark: as the system has it, until someone says otherwise. */

import { Cell } from '../core/cell.ts';
import { keep, kept, thisBrowser } from './keeping.ts';

export type Theme = 'light' | 'dark';

const STORED = 'patchbay.theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function stored(): Theme | null {
  const value = kept(thisBrowser, STORED);
  return value === 'light' || value === 'dark' ? value : null;
}

/** What is shown now. */
export const theme = new Cell<Theme>(stored() ?? (dark.matches ? 'dark' : 'light'));

theme.watch((value) => void (document.documentElement.dataset['theme'] = value));
dark.addEventListener('change', () => {
  if (stored() === null) theme.set(dark.matches ? 'dark' : 'light');
});

export function toggleTheme(): void {
  const next = theme.value === 'dark' ? 'light' : 'dark';
  keep(thisBrowser, STORED, next);
  theme.set(next);
}

/** A colour of the style sheet, for canvases. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

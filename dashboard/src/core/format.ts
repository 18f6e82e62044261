/** Figures as people read them; what cannot be known is a dash. */

import type { Figure } from './shapes.ts';

export const UNKNOWN = '–';
const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Three significant digits, at most `places` decimals. */
export function number(value: Figure | undefined, places = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  const decimals = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? Math.min(1, places) : places;
  return value.toLocaleString('en', { minimumFractionDigits: 0, maximumFractionDigits: decimals });
}

export function count(value: Figure | undefined): string {
  return value === null || value === undefined ? UNKNOWN : Math.round(value).toLocaleString('en');
}

export function percent(value: Figure | undefined): string {
  return value === null || value === undefined ? UNKNOWN : `${value.toFixed(value >= 99.95 || value === 0 ? 0 : 1)} %`;
}

/** Of a share from 0 to 1. */
export function share(value: Figure | undefined): string {
  return percent(value === null || value === undefined ? null : value * 100);
}

export function bytes(value: Figure | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1024 && unit < SIZES.length - 1) {
    size /= 1024;
    unit++;
  }
  const text = unit === 0 ? size.toFixed(0) : size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return `${value < 0 ? '-' : ''}${text} ${SIZES[unit]}`;
}

export function bytesPerSecond(value: Figure | undefined): string {
  return value === null || value === undefined ? UNKNOWN : `${bytes(value)}/s`;
}

export function milliseconds(value: Figure | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  return value >= 10_000 ? seconds(value / 1000) : `${number(value)} ms`;
}

/** `0.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function seconds(value: Figure | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  if (value < 1) return `${number(value * 1000, 1)} ms`;
  if (value < 60) return `${number(value, 1)} s`;
  const whole = Math.floor(value);
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return pair(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
  return pair(Math.floor(whole / 86_400), 'd', Math.floor((whole % 86_400) / 3600), 'h');
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** Loudness and levels: one decimal and the unit; null is digital silence. */
export function level(value: Figure | undefined, unit: string): string {
  return value === null || value === undefined ? `-∞ ${unit}` : `${value.toFixed(1)} ${unit}`;
}

/** The time of day here, to the second. */
export function clock(time: Date): string {
  return time.toLocaleTimeString('en-GB');
}

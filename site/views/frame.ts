import type { PlotOptions } from '@observablehq/plot';
import type { Size } from './size.ts';

/** What all charts have in common. */
export function frame({ width, height }: Size, title: string): PlotOptions {
  return {
    width,
    height,
    marginLeft: width < 600 ? 52 : 64,
    marginRight: 24,
    marginTop: 28,
    marginBottom: 40,
    ariaLabel: title,
  };
}

/** An axis of time; a narrow chart has room for few days. */
export function timeAxis({ width }: Size) {
  return { type: 'utc' as const, label: null, ticks: width < 600 ? 3 : 7 };
}

/** A figure with so many digits after the point. */
export function fixed(value: number, digits = 2): string {
  return value.toFixed(digits);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** Names of months, for instance `2026-11`. */
export function monthOf(at: string): string {
  return at.slice(0, 7);
}

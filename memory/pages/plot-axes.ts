import type { Box } from './place-labels.ts';

/**
 * The axes of the progress plot. They grow in steps: between two steps what is drawn keeps its place, so that a version of the plot
 * costs git a few hundred bytes. An axis that ends at the newest experiment would move every mark, 12 KB a version.
 */
export interface Axes {
  x: (at: string) => number;
  y: (value: number) => number;
  /** Lines of the grid. */
  losses: number[];
  /** After the point. */
  digits: number;
  days: [at: string, anchor: string][];
}

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
/** Ends of a time axis, in minutes, then in days, each also ten, a hundred, ... times as long. */
const LENGTHS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8];

interface At {
  at: string;
  valBpb: number;
}

/** @param kept holders of the record, at least one, the first one first; @param dots scored experiments, in any order */
export function axesOf(kept: At[], dots: Pick<At, 'at'>[], frame: Box): Axes {
  return { ...across(kept, dots, frame), ...down(kept, frame) };
}

function across(kept: At[], dots: Pick<At, 'at'>[], { left, right }: Box): Pick<Axes, 'x' | 'days'> {
  const times = [...dots, ...kept].map((one) => Date.parse(one.at));
  const [start, end] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const length = lengthFor(end - start);
  const date = (share: number) => new Date(start + share * length).toISOString();
  const named: [number, string][] = [[0, 'start']];
  if (length > 3 * DAY) named.push([0.5, 'middle']);
  if (length >= DAY) named.push([1, 'end']);
  return {
    x: (at) => Math.round(left + ((Date.parse(at) - start) / length) * (right - left)),
    days: named.map(([share, anchor]) => [date(share), anchor]),
  };
}

/** The shortest axis that holds this time. */
function lengthFor(time: number): number {
  const unit = time > 800 * MINUTE ? DAY : MINUTE;
  for (let power = unit; ; power *= 10) {
    const found = LENGTHS.find((length) => length * power >= time);
    if (found) return found * power;
  }
}

/** From a line of the grid below the best to one above the first, with room for labels. */
function down(kept: At[], { top, bottom }: Box): Pick<Axes, 'y' | 'losses' | 'digits'> {
  const best = Math.min(...kept.map((one) => one.valBpb));
  const worst = Math.max(...kept.map((one) => one.valBpb));
  const range = Math.max(worst - best, best * 0.002, 1e-6);
  const step = niceStep((range * 1.44) / 5);
  const [low, high] = [Math.floor((best - range * 0.16) / step), Math.ceil((worst + range * 0.28) / step)];
  const losses = Array.from({ length: high - low + 1 }, (_, i) => (low + i) * step);
  const [least, most] = [low * step, high * step];
  return {
    y: (value) =>
      Math.round(top + ((most - Math.max(least, Math.min(value, most))) / (most - least)) * (bottom - top)),
    losses,
    digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)),
  };
}

/** The nearest of 1, 2, 5 times a power of ten above. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((one) => one * power >= least) ?? 10);
}

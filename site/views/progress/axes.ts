/**
 * The axes of the progress plot. They grow in steps: between two steps what is drawn keeps its place, so that a version of the plot
 * costs git a few hundred bytes. An axis that ends at the newest experiment would move every mark, 12 KB a version.
 */
export interface Axes {
  times: [Date, Date];
  /** Named on the axis: where, and which end of the name stands there. */
  days: { at: Date; anchor: 'start' | 'middle' | 'end' }[];
  losses: [number, number];
  /** Lines of the grid. */
  grid: number[];
  /** After the point. */
  digits: number;
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
export function axesOf(kept: At[], dots: Pick<At, 'at'>[]): Axes {
  return { ...across(kept, dots), ...down(kept) };
}

function across(kept: At[], dots: Pick<At, 'at'>[]): Pick<Axes, 'times' | 'days'> {
  const times = [...dots, ...kept].map((one) => Date.parse(one.at));
  const [start, end] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const length = lengthFor(end - start);
  const date = (share: number) => new Date(start + share * length);
  const days: Axes['days'] = [{ at: date(0), anchor: 'start' }];
  if (length > 3 * DAY) days.push({ at: date(0.5), anchor: 'middle' });
  if (length >= DAY) days.push({ at: date(1), anchor: 'end' });
  return { times: [date(0), date(1)], days };
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
function down(kept: At[]): Pick<Axes, 'losses' | 'grid' | 'digits'> {
  const best = Math.min(...kept.map((one) => one.valBpb));
  const worst = Math.max(...kept.map((one) => one.valBpb));
  const range = Math.max(worst - best, best * 0.002, 1e-6);
  const step = niceStep((range * 1.44) / 5);
  const [low, high] = [Math.floor((best - range * 0.16) / step), Math.ceil((worst + range * 0.28) / step)];
  const grid = Array.from({ length: high - low + 1 }, (_, i) => (low + i) * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return { losses: [low * step, high * step], grid, digits };
}

/** The nearest of 1, 2, 5 times a power of ten above. */
export function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((one) => one * power >= least) ?? 10);
}

import { readmePlot } from '../../site/views/progress/readme.ts';
import { syntheticResult } from '../memory/synthetic.ts';

/** Versions of the progress plot, as sweeps write them. */

const EACH = 8;

interface Tried {
  at: string;
  valBpb: number;
}

/** @returns plots of `count` experiments, and of 8 more each time */
export function* plots(
  count: number,
  versions: number,
  axis: 'stepped' | 'stretching',
): Generator<Record<string, string>> {
  const all = Array.from({ length: count + EACH * versions }, (_, i) => triedOf(i + 1));
  for (let n = count; n < count + EACH * versions; n += EACH) {
    const shown = all.slice(0, n);
    yield { 'progress.svg': plotOf(axis === 'stepped' ? shown : stretched(shown)) };
  }
}

function plotOf(shown: Tried[]): string {
  const holder = { pull: null, author: null, title: 'first', blob: 'a'.repeat(40), heldoutBpb: null };
  const history = [{ ...holder, valBpb: 1, at: shown[0]!.at }];
  for (const [i, { at, valBpb }] of shown.entries())
    if (valBpb < history.at(-1)!.valBpb - 0.0005)
      history.push({ ...holder, title: `step ${i + 1}`, at, valBpb });
  return readmePlot({ track: 'h100', history, tried: shown, guesses: [] });
}

function triedOf(number: number): Tried {
  const { decidedAt, valBpb } = syntheticResult(number);
  return { at: decidedAt, valBpb: valBpb ?? 1.5 };
}

/** The same times on an axis that always ends at the newest one: as the plot was drawn before its axes grew in steps. */
function stretched(shown: Tried[]): Tried[] {
  const start = Date.parse(shown[0]!.at);
  const end = Date.parse(shown.at(-1)!.at);
  const length = 100 * 86_400_000; // a whole axis
  const place = (at: string) => start + ((Date.parse(at) - start) / (end - start)) * length;
  return shown.map((one) => ({ ...one, at: new Date(place(one.at)).toISOString() }));
}

import { axisY, dot, gridY, line, type PlotOptions, text } from '@observablehq/plot';
import { plain } from '../../../core/text/harmless/github.ts';
import type { Size } from '../size.ts';
import { axesOf } from './axes.ts';
import { dots, type Place, rug, steps as stepped } from './dots.ts';
import { labels } from './labels.ts';

/** The progress of a track: every scored experiment a dot, the certified best a line, guesses as rings, the largest steps named. */

export interface Progress {
  track: string;
  /** Holders of the record, the first one first; at least one. */
  history: { at: string; valBpb: number; pull: number | null; title: string }[];
  /** Scored experiments, in any order; those that fall on one place are drawn once. */
  tried: Place[];
  /** On the frontier now: guesses, drawn as rings, never on the line. */
  guesses: Place[];
  /** When experiments failed: they have no loss, and are drawn along the upper edge. */
  failed?: string[];
  /** What was expected of the newest adopted change, as it changed; null while there was none. */
  expected?: readonly { at: string; valBpb: number | null }[];
}

const MARGINS = { marginLeft: 58, marginRight: 16, marginBottom: 28 };

/** @param top pixels above the frame, for what the caller writes there */
export function progress(shown: Progress, { width, height }: Size, top = 16): PlotOptions {
  const { track, history, tried, guesses, failed = [], expected = [] } = shown;
  const axes = axesOf(history, [...tried, ...guesses, ...failed.map((at) => ({ at }))]);
  const steps = history.map(({ at, valBpb, pull, title }) => ({
    at,
    valBpb,
    name: `${pull === null ? '' : `#${pull} `}${plain(title, width < 600 ? 24 : 40)}`,
  }));
  const place = { x: ({ at }: Place) => new Date(at), y: 'valBpb' };
  const best = [...history, { ...history.at(-1)!, at: axes.times[1].toISOString() }];
  return {
    width,
    height,
    ...MARGINS,
    marginTop: top,
    ariaLabel: `Progress of ${track}`,
    x: { type: 'utc', domain: axes.times, axis: null },
    y: { domain: axes.losses, clamp: true, label: null },
    marks: [
      gridY(axes.grid, { className: 'grid' }),
      axisY(axes.grid, { tickSize: 0, tickFormat: (loss: number) => loss.toFixed(axes.digits) }),
      axes.days.map(({ at, anchor }) =>
        text([at], {
          x: at,
          frameAnchor: 'bottom',
          dy: 18,
          textAnchor: anchor,
          text: [at.toISOString().slice(0, 10)],
        }),
      ),
      dots(tried, 'tried'),
      failed.length === 0 ? null : rug(failed, 'failed'),
      expected.length === 0 ? null : stepped(expected, 'frontier'),
      dot(guesses, { ...place, r: 4, className: 'guess' }),
      line(best, { ...place, curve: 'step-after', className: 'best' }),
      dot(history, { ...place, r: 4.5, className: 'record' }),
      labels(steps, width < 600 ? 5 : 16),
    ],
  };
}

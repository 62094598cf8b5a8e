import { count } from '../../../core/text/plural.ts';
import { drawn, fileOf } from '../../render.ts';
import { nodesOf } from '../node.ts';
import { CHART_STYLE } from '../style.ts';
import { type Progress, progress } from './progress.ts';

/** `results/progress.svg`: the same chart as the page's, as a file by itself that a README shows. */

const [WIDTH, HEIGHT, LEFT] = [1000, 460, 58];

export function readmePlot(shown: Progress): string {
  const svg = drawn(progress(shown, { width: WIDTH, height: HEIGHT }, 58));
  const node = nodesOf(svg.ownerDocument);
  const { history, tried, guesses } = shown;
  const [first, last] = [history[0]!, history.at(-1)!];
  const gain = history.length > 1 ? `, ${(last.valBpb - first.valBpb).toFixed(4)} since the beginning` : '';
  const title = `${shown.track}: val_bpb ${last.valBpb.toFixed(4)}${gain}`;
  const counts = `${count(tried.length + guesses.length, 'measured experiment')}, ${count(history.length - 1, 'improvement')}`;
  const legend = `${counts}; bits per byte, lower is better. Grey: measured; green: held the record. What lies beyond the frame is drawn on its edge; below the green line: not proven.`;
  svg.prepend(
    node('style', {}, CHART_STYLE),
    node('rect', { class: 'paper', x: 0.5, y: 0.5, width: WIDTH - 1, height: HEIGHT - 1, rx: 8 }),
    node('text', { class: 'title', x: LEFT, y: 28, 'text-anchor': 'start' }, title),
    node('text', { x: LEFT, y: 45, 'text-anchor': 'start' }, legend),
  );
  if (guesses.length > 0) {
    const said = `blue rings: ${guesses.length} adopted, guesses that are not certified`;
    svg.append(node('text', { x: WIDTH - 24, y: 28, 'text-anchor': 'end' }, said));
  }
  return fileOf(svg);
}

import type { Markish } from '@observablehq/plot';
import { nodesOf } from '../node.ts';
import { type Box, type Placed, placeLabels } from './place-labels.ts';

/** Names beside the largest steps of a falling line, and beside the last. Plot itself places no labels. */

export interface Step {
  at: string;
  valBpb: number;
  /** What the label says. */
  name: string;
}

interface Point extends Step {
  x: number;
  y: number;
}

/** A mark of Plot. @param most labels */
export function labels(steps: Step[], most: number): Markish {
  return (_index, scales, _values, { width, height, ...margins }, { document }) => {
    const [x, y] = [scales.x as (at: Date) => number, scales.y as (loss: number) => number];
    const frame = {
      left: margins.marginLeft,
      right: width - margins.marginRight,
      top: margins.marginTop,
      bottom: height - margins.marginBottom,
    };
    const points = steps.map((step) => ({
      ...step,
      x: Math.round(x(new Date(step.at))),
      y: Math.round(y(step.valBpb)),
    }));
    const node = nodesOf(document);
    const group = node('g');
    for (const placed of placedOf(points, frame, most)) {
      const { at, anchor, text } = placed;
      if (at.y - placed.y > 14) group.append(node('path', { class: 'leader', d: leader(placed) }));
      group.append(node('text', { class: 'label', x: at.x, y: at.y, 'text-anchor': anchor }, text));
    }
    return group;
  };
}

function placedOf(points: Point[], frame: Box, most: number): Placed[] {
  const drops = points.map((point, i) => ({
    ...point,
    drop: i === points.length - 1 ? Number.POSITIVE_INFINITY : i === 0 ? 0 : point.y - points[i - 1]!.y,
  }));
  const wanted = drops.toSorted((a, b) => b.drop - a.drop).slice(0, most);
  const line: Box[] = points.flatMap(({ x, y }, i) => {
    const end = points[i + 1];
    const flat = { left: x - 5, right: (end?.x ?? frame.right) + 2, top: y - 3, bottom: y + 3 };
    return end ? [flat, { left: end.x - 3, right: end.x + 3, top: y, bottom: end.y + 5 }] : [flat];
  });
  return placeLabels(
    wanted.map(({ x, y, name }) => ({ x, y, text: name })),
    frame,
    line,
  );
}

function leader({ x, y, at, anchor }: Placed): string {
  return `M${x} ${y + 5}L${anchor === 'end' ? at.x + 3 : at.x - 3} ${at.y - 4}`;
}

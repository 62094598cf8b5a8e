import { expect, test } from 'vitest';
import { type Placed, placeLabels } from './place-labels.ts';

const frame = { left: 0, right: 400, top: 0, bottom: 200 };

function boxOf({ at, anchor, text }: Placed) {
  const width = text.length * 6;
  return {
    left: anchor === 'end' ? at.x - width : at.x,
    right: anchor === 'end' ? at.x : at.x + width,
    y: at.y,
  };
}

test('labels of records close together do not cover each other', () => {
  const labels = Array.from({ length: 6 }, (_, i) => ({
    x: 200 + i * 3,
    y: 40 + i * 2,
    text: `#${i} a change`,
  }));
  const placed = placeLabels(labels, frame, []).map(boxOf);
  expect(placed.length).toBeGreaterThan(3);
  for (const [i, a] of placed.entries())
    for (const b of placed.slice(i + 1))
      expect(Math.abs(a.y - b.y) >= 11 || a.right <= b.left || b.right <= a.left).toBe(true);
});

test('a label stays inside the frame, off the line, or is left out', () => {
  const line = [{ left: 0, right: 400, top: 30, bottom: 36 }];
  const [first] = placeLabels([{ x: 2, y: 20, text: 'at the left edge' }], frame, line);
  expect(first).toMatchObject({ anchor: 'start' });
  expect(first!.at.y - 11).toBeGreaterThanOrEqual(36);
  expect(placeLabels([{ x: 200, y: 195, text: 'no room below' }], frame, [])).toEqual([]);
});

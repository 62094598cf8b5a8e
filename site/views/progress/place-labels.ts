/** Places labels so that none covers another or the line, or leaves the frame. Pixels, y downwards. */

export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface Label {
  /** The point it speaks of. */
  x: number;
  y: number;
  text: string;
}

export interface Placed extends Label {
  /** Baseline of the text, and which end of it `at` is. */
  at: { x: number; y: number };
  anchor: 'start' | 'end';
}

const SIZE = 11;
/** Mean width of a sans-serif character, in font sizes, rather too large than too small. */
const WIDTH = 0.56;
const GAP = 10;
const [STEP, FARTHEST] = [13, 80];

/** Places labels in order of importance, and leaves out one without room. Below a falling line there is room, so that is tried first. */
export function placeLabels(labels: Label[], frame: Box, taken: Box[]): Placed[] {
  const full = [...taken];
  const placed: Placed[] = [];
  for (const label of labels) {
    const found = candidates(label).find(
      ({ box }) => inside(box, frame) && !full.some((one) => meet(one, box)),
    );
    if (!found) continue;
    full.push(found.box);
    placed.push({ ...label, at: found.at, anchor: found.anchor });
  }
  return placed;
}

function candidates({ x, y, text }: Label) {
  const width = text.length * SIZE * WIDTH;
  const found: { box: Box; at: { x: number; y: number }; anchor: 'start' | 'end' }[] = [];
  for (let down = STEP; down <= FARTHEST; down += STEP) {
    for (const anchor of ['end', 'start'] as const) {
      const at = { x: anchor === 'end' ? x - GAP : x + GAP, y: y + down };
      const left = anchor === 'end' ? at.x - width : at.x;
      found.push({ at, anchor, box: { left, right: left + width, top: at.y - SIZE, bottom: at.y + 4 } });
    }
  }
  return found;
}

function meet(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function inside(box: Box, frame: Box): boolean {
  return (
    box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom
  );
}

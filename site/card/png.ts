import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { SUBSETS, subsetsOf } from './words.ts';

/**
 * Draws a card with one renderer and one font that are the same on every machine: WebAssembly computes alike everywhere, and no font
 * of the machine is looked for, so equal cards are equal bytes.
 */

const require = createRequire(import.meta.url);
const fontOf = (subset: string, weight: number) =>
  readFile(require.resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.woff2`));

await initWasm(readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
const regular = new Map(
  await Promise.all(SUBSETS.map(async (name) => [name, await fontOf(name, 400)] as const)),
);
const bold = await fontOf('latin', 600);

export function pngOf(svg: string): Uint8Array {
  const fonts = [...subsetsOf(svg).map((name) => regular.get(name)!), bold];
  const drawing = new Resvg(svg, { font: { fontBuffers: fonts, defaultFontFamily: 'Inter' } });
  const picture = drawing.render();
  try {
    return picture.asPng();
  } finally {
    picture.free();
    drawing.free();
  }
}

import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HOSTILE } from '../stories/hostile.ts';
import { type Card, cardSvg, wordsOf } from './card.ts';
import { pngOf } from './png.ts';
import { drawable, wrapped } from './words.ts';

const first = {
  at: '2026-01-01T00:00:00Z',
  pull: null,
  blob: 'a',
  valBpb: 1,
  author: null,
  title: 'the beginning',
};
const second = {
  at: '2026-02-01T00:00:00Z',
  pull: 7,
  blob: 'b',
  valBpb: 0.99,
  author: 'ada',
  title: 'Warm up',
};
const card = (changes: Partial<typeof second> = {}, more: Partial<Card> = {}): Card => ({
  ...{ repository: 'ada/descent', track: 'h100', holders: [first, { ...second, ...changes }] },
  ...{ interval: null, gain: { effect: 0.01, standardError: 0.001 }, ...more },
});

/** Width, height and rows of pixels; throws where a chunk is damaged. */
function decoded(png: Uint8Array) {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const parts: Buffer[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const body = bytes.subarray(at + 4, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    if (body.subarray(0, 4).toString() === 'IDAT') parts.push(body.subarray(4));
    at += 12 + length;
  }
  const pixels = inflateSync(Buffer.concat(parts));
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20), pixels };
}

describe('the card of a record', () => {
  it('is a picture of the size that previews ask for, the same each time, another for another record', () => {
    const png = pngOf(cardSvg(card()));
    const { width, height, pixels } = decoded(png);
    expect([width, height]).toEqual([1200, 630]);
    expect(pixels.length).toBe((4 * 1200 + 1) * 630);
    expect(new Set(pixels).size).toBeGreaterThan(20);
    expect(png.length).toBeLessThan(100_000);
    expect(pngOf(cardSvg(card()))).toEqual(png);
    expect(pngOf(cardSvg(card({ valBpb: 0.98 })))).not.toEqual(png);
    expect(pngOf(cardSvg(card({ title: 'Warm down' })))).not.toEqual(png);
  });

  it('says loss, interval, gain and whose it is', () => {
    const interval = { low: 0.9894, high: 0.9906, runs: 5, owners: 2 };
    expect(wordsOf(card({}, { interval }))).toBe(
      '0.9900 (95 %: 0.9894 to 0.9906) bits per byte on track h100: #7 Warm up by ada. Gain +0.0100 (95 %: +0.0080 to +0.0120).',
    );
    expect(cardSvg(card({}, { interval }))).toContain('95 %: 0.9894 to 0.9906');
    expect(wordsOf(card({}, { holders: [first], gain: null }))).toContain('The first record');
    expect(decoded(pngOf(cardSvg(card({}, { holders: [first], gain: null })))).width).toBe(1200);
  });

  it.each(HOSTILE)('draws what a stranger wrote as words: %j', (words) => {
    const elements = (svg: string) => [...new Set(svg.match(/<\/?[\w:!?-]+/g))].toSorted();
    const svg = cardSvg(card({ title: words, author: words }));
    expect(elements(svg)).toEqual(elements(cardSvg(card())));
    expect(decoded(pngOf(svg)).width).toBe(1200);
  });

  it('has no word without a glyph, and cuts long ones', () => {
    expect(drawable('Łódź Привет αβγ 漢字 🧑‍🚀 a\u0007b', 200)).toBe('Łódź Привет αβγ ab');
    const lines = wrapped('W'.repeat(200), 44, 1072, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/W…$/);
    expect(wrapped('', 44, 1072, 2)).toEqual([]);
    expect(wrapped('one two three', 44, 200, 3)).toEqual(['one', 'two', 'three']);
  });
});

import { createTwoFilesPatch } from 'diff';
import { tidy } from '../python/tidy.ts';

const LIMIT_BYTES = 64 * 1024;
/** Beyond this many edits the search takes seconds; the whole file is shown as replaced instead. */
const MAX_EDITS = 3000;

function replaced(before: string, after: string): string {
  const lines = (text: string, mark: string) => text.split('\n').map((line) => `${mark}${line}`);
  return ['--- a/train/train.py', '+++ b/train/train.py', ...lines(before, '-'), ...lines(after, '+')].join(
    '\n',
  );
}

/** Unified diff of `train/train.py`, cut at 64 KiB. Line ends and indentation are made equal first: they are no change. */
export function diffOf(old: string, present: string): string {
  const [before, after] = [tidy(old), tidy(present)];
  const patch = createTwoFilesPatch(
    'a/train/train.py',
    'b/train/train.py',
    before,
    after,
    undefined,
    undefined,
    {
      context: 3,
      maxEditLength: MAX_EDITS,
    },
  ) as string | undefined;
  const text = (patch ?? replaced(before, after)).replace(/^=+\n/, '');
  if (Buffer.byteLength(text) <= LIMIT_BYTES) return text;
  // A cut may fall inside a character: the decoder's replacement character goes too.
  const cut = Buffer.from(text)
    .subarray(0, LIMIT_BYTES - 64)
    .toString('utf8')
    .replace(/\uFFFD$/, '');
  return `${cut}\n[cut: the diff is longer than 64 KiB]\n`;
}

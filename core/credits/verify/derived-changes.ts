import { cut } from '../../text/cut.ts';
import { type ChangedText, SHOWN, type Wrong } from './walked.ts';

/** Files that follow from others are written once, as they follow. @param expected null: no such file */
export function wrongDerived(file: ChangedText | undefined, expected: string | null): Wrong[] {
  const { before = null, after = null } = file ?? {};
  if (before !== null)
    return [
      {
        expected: 'the file as it was, since it is written once',
        found: after === null ? 'it was deleted' : 'it was changed',
      },
    ];
  if (after === expected) return [];
  if (expected === null) return [{ expected: 'no such file, since no result says it', found: 'one' }];
  if (after === null) return [{ expected: 'a file that follows from the results', found: 'none' }];
  return [firstDifference(expected.split('\n'), after.split('\n'))];
}

function firstDifference(expected: string[], found: string[]): Wrong {
  const at = expected.findIndex((line, i) => line !== found[i]);
  return { expected: short(expected[at] ?? 'its end'), found: short(found[at] ?? 'its end') };
}

function short(text: string): string {
  return cut(text.trim(), SHOWN);
}

import { describe, expect, it } from 'vitest';
import { board } from '../../../testing/examples/leaderboard.ts';
import { BLOB, MAIN_BLOB, sha } from '../../../testing/examples/names.ts';
import { resultOf } from '../../../testing/examples/result.ts';
import { queueEntry, snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { QueueEntry, Snapshot } from '../../model/snapshot.ts';
import { duplicateOf } from './duplicates.ts';

// Pull request 41 brings the file BLOB. OTHER differs from it in comments alone, as CONTENTS say.
const OTHER = sha('7');
const CONTENTS = { [BLOB]: 'same', [OTHER]: 'same', [sha('6')]: 'different' };
const found = (more: Partial<Snapshot>, on = board) => duplicateOf(snapshot({}, more), on, 'cpu');
const measured = (pull: number, blob: string, track = 'cpu') => ({
  blob: BLOB, // results are looked up for this file
  result: resultOf({ pull, blob, track }),
});
const holding = (blob: string, pull: number) => {
  const incumbent = { ...board.tracks.cpu!.incumbent, blob, pull };
  const history = [...board.tracks.cpu!.history, incumbent];
  return { ...board, tracks: { cpu: { ...board.tracks.cpu!, incumbent, history } } };
};

describe('a file that was measured before', () => {
  it('is the other’s, by its bytes or but for comments', () => {
    const exact = measured(7, BLOB);
    expect(found({ results: [exact] })).toEqual({ pull: 7, result: exact.result, open: false, exact: true });
    expect(found({ results: [measured(7, OTHER)] })).toMatchObject({ pull: 7, open: false, exact: false });
  });

  it('is none where it was measured on another track, or for this pull request, or was another file', () => {
    expect(found({ results: [measured(7, BLOB, 'h100')] })).toBeNull();
    expect(found({ results: [measured(41, BLOB)] })).toBeNull();
    expect(found({ results: [{ ...measured(7, BLOB), blob: sha('6') }] })).toBeNull();
    expect(found({})).toBeNull();
  });

  it('that held or holds the record is that pull request’s', () => {
    expect(found({}, holding(BLOB, 7))).toEqual({ pull: 7, result: null, open: false, exact: true });
    expect(found({}, holding(sha('6'), 7))).toBeNull();
  });

  it('that differs from the best in comments alone is the best', () => {
    const isBest = { contents: { [BLOB]: 'same', [MAIN_BLOB]: 'same' } };
    expect(found(isBest)).toEqual({ pull: null, result: null, open: false, exact: false });
    expect(found({ contents: { [BLOB]: 'same', [MAIN_BLOB]: 'different' } })).toBeNull();
    // On the primary track the best is what main holds, on any other what the leaderboard says.
    expect(found({ contents: CONTENTS }, holding(OTHER, 7))).toBeNull();
    const elsewhere = { ...holding(OTHER, 7), primary: 'h100' };
    expect(found(isBest, elsewhere)).toBeNull();
    expect(found({ contents: CONTENTS }, elsewhere)).toMatchObject({ pull: 7, exact: false });
  });
});

describe('a file that another pull request has open', () => {
  const other = (pull: number, change: Partial<NonNullable<QueueEntry['overall']>> = {}, more = {}) => ({
    queue: [
      queueEntry(pull, {
        blob: BLOB,
        overall: { blob: BLOB, track: 'cpu', state: 'queued', ...change },
        ...more,
      }),
    ],
    contents: CONTENTS,
  });

  it.each(['queued', 'later', 'measuring', 'waiting'] as const)(
    'is measured for the older one, %s',
    (state) => {
      expect(found(other(7, { state }))).toEqual({ pull: 7, result: null, open: true, exact: true });
    },
  );

  it('is measured for the one that is being measured, whatever its number', () => {
    expect(found(other(57, { state: 'measuring' }))).toMatchObject({ pull: 57, open: true });
    expect(found(other(57, { state: 'queued' }))).toBeNull();
    expect(found(other(41, { state: 'measuring' }))).toBeNull(); // that is itself
  });

  it('is the same but for comments', () => {
    const alike = (content: string) => other(7, { blob: OTHER, content }, { blob: OTHER });
    expect(found(alike('same'))).toEqual({ pull: 7, result: null, open: true, exact: false });
    expect(found(alike('different'))).toBeNull();
    const unknown = { ...other(7, { blob: OTHER }, { blob: OTHER }), contents: {} };
    expect(found(unknown)).toBeNull();
  });

  it.each<[string, ReturnType<typeof other>]>([
    ['a draft', other(7, {}, { draft: true })],
    ['decided', other(7, { state: 'verdict' })],
    ['refused', other(7, { state: 'refused' })],
    ['on another track', other(7, { track: 'h100' })],
    ['known by its last file, which was replaced', other(7, { blob: sha('5') })],
    ['not looked at yet', other(7, {}, { overall: null })],
  ])('is none where the other is %s', (_name, more) => expect(found(more)).toBeNull());
});

import { describe, expect, it } from 'vitest';
import { board } from '../../testing/examples/leaderboard.ts';
import { replyBody } from './command-reply.ts';
import { leaderboardPage } from './leaderboard-page.ts';

/** What people read says one thing once, and says why two numbers differ. */

const track = board.tracks.cpu!;
const pageOf = (change: Partial<typeof track>) =>
  leaderboardPage({ ...board, tracks: { cpu: { ...track, ...change } } });

describe('the leaderboard', () => {
  const day = { ...track.history[0]!, valBpb: 2 };

  it('says why the record is not what its table shows, after repeated runs', () => {
    const page = pageOf({ history: [day], incumbent: { ...day, valBpb: 1.9 } });
    expect(page).toContain('**Record: 1.9000**');
    expect(page).toContain('It was 2.0000 when it took the record');
    expect(pageOf({ history: [day], incumbent: day })).not.toContain('when it took');
  });

  it('marks a record that an audit found a machine alone in', () => {
    const holder = { ...day, pull: 9, author: 'nova', title: 'Better' };
    const outlier = { owner: 'ada', jobs: 3, lastSeen: day.at, outliers: [{ at: day.at, pull: 9 }] };
    const page = pageOf({
      history: [day, holder],
      incumbent: holder,
      machines: { 'ada.desk': outlier as never },
    });
    expect(page).toMatch(/`Better` \(an audit found one of its machines to be an outlier\)/);
    expect(page.match(/found one of its machines to be an outlier/g)).toHaveLength(1);
  });
});

it('the answer to a command that waited stands in the place of the waiting', () => {
  const asked = { by: 'nova', command: { name: 'insight', text: 'it was the rate' } } as never;
  const other = { by: 'vega', command: { name: 'insight', text: 'it was the rate' } } as never;
  const waits = replyBody('', [
    { asked, ending: 'waits', why: 'for the verdict' },
    { asked: other, ending: 'waits', why: 'for the verdict' },
  ]);
  const said = replyBody(waits, [{ asked, ending: 'taken', why: 'it is in the record' }]);
  expect(said.match(/^\| .*nova.*$/gm)).toEqual([expect.stringContaining('taken: it is in the record')]);
  expect(said.match(/^\| .*vega.*$/gm)).toEqual([expect.stringContaining('waits')]);
});

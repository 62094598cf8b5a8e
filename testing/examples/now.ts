import type { Now } from '../../core/formats/now.ts';

const at = '2026-01-02T12:00:00.000Z';
const waits = { author: 'nova', since: '2026-01-02T11:00:00.000Z', runs: [], done: 0, needed: 1 };

/** One is measured by two machines, two are in line, one waits for its author's others. */
export const NOW_ON = (track: string): Now => ({
  ...{ schema: 1, at },
  tracks: {
    [track]: {
      places: 2,
      recent: { runs: 50, seconds: 300 },
      pulls: [
        {
          ...{
            pull: 901,
            author: 'vega',
            state: 'measuring',
            since: waits.since,
            before: null,
            done: 1,
            needed: 4,
          },
          runs: [
            { stage: 'confirm', machine: 'ada.desk', since: '2026-01-02T11:58:00.000Z' },
            { stage: 'confirm', machine: null, since: null },
          ],
        },
        { ...waits, pull: 902, state: 'queued', before: 0 },
        { ...waits, pull: 903, state: 'later', before: 1 },
        { ...waits, pull: 904, state: 'share', before: null },
      ],
      own: [{ stage: 'baseline', machine: 'bob.lab', since: at }],
    },
  },
  machines: [
    { name: 'ada.desk', owner: 'ada', tracks: [track], state: 'busy', heard: '2026-01-02T11:59:30.000Z' },
    { name: 'bob.lab', owner: 'bob', tracks: [track], state: 'free', heard: '2026-01-02T11:50:00.000Z' },
    { name: 'cleo.card', owner: 'cleo', tracks: [track], state: 'silent', heard: null },
  ],
});

import { NO_REPLY } from '../../app/model/command.ts';
import type { QueueEntry, Snapshot } from '../../app/model/snapshot.ts';
import { config } from '../examples/config.ts';
import { board } from '../examples/leaderboard.ts';
import { BLOB, MAIN_BLOB, NOW, sha } from '../examples/names.ts';
import { HARNESS } from '../examples/report.ts';
import { file, head } from './head.ts';

/** What the bot reads of a repository with one track, an incumbent at 2.0 and pull request 41. For tests of what decides. */

export function queueEntry(pull: number, change: Partial<QueueEntry> = {}): QueueEntry {
  return {
    pull,
    author: `author-${pull}`,
    createdAt: `2026-11-23T10:00:${String(pull).padStart(2, '0')}Z`,
    draft: false,
    head: sha('8'),
    blob: sha('9'),
    overall: { blob: sha('9'), track: 'cpu', state: 'queued' },
    running: [],
    confirming: 0,
    ...change,
  };
}

export function snapshot(change: Partial<Snapshot['pull']> = {}, more: Partial<Snapshot> = {}): Snapshot {
  return {
    now: NOW,
    repository: {
      id: 'R',
      owner: 'descent',
      name: 'descent',
      url: 'https://git.test/descent/descent',
      archived: false,
      labels: [],
    },
    bot: 'descent[bot]',
    lent: [],
    main: {
      oid: sha('d'),
      tree: sha('e'),
      branch: 'main',
      config: { ok: true, value: config },
      leaderboard: { ok: true, value: board },
      ledger: null,
      train: { oid: MAIN_BLOB, mode: '100644', size: 9, text: 'print(0)\n' },
      harness: HARNESS,
      events: null,
    },
    queue: [],
    frontiers: {},
    composed: {},
    links: [],
    fresh: Array.from({ length: 8 }, (_, i) => ({ seed: 1000 + i, nonce: String(i).padStart(32, 'f') })),
    pull: {
      id: 'PR',
      number: 41,
      title: 'Halve the batch',
      author: 'nova',
      state: 'open',
      draft: false,
      createdAt: '2026-11-23T11:00:00Z',
      base: 'main',
      changedFiles: 1,
      files: [{ path: 'train/train.py', change: 'modified' }],
      labels: [],
      description: {
        ok: true,
        value: {
          hypothesis: 'More steps help.',
          change: null,
          expect: null,
          buildsOn: [],
          differs: null,
          agent: null,
          bid: null,
          tracks: [],
        },
      },
      beganFrom: MAIN_BLOB,
      changedFrom: MAIN_BLOB,
      onMain: false,
      branch: [{ message: 'Halve the batch', login: 'nova', parents: 1, paths: ['train/train.py'] }],
      heads: [head()],
      file,
      comment: null,
      authorSince: '2020-01-01T00:00:00Z',
      asked: [],
      reply: NO_REPLY,
      ...change,
    },
    results: [],
    similar: [],
    contents: {},
    diffs: { [BLOB]: { cpu: '--- a\n+++ b\n' } },
    retry: false,
    ...more,
  };
}

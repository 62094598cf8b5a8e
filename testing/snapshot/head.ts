import type { HeadState, RunState } from '../../app/model/snapshot.ts';
import {
  encodeOverall,
  encodeRun,
  type OverallKey,
  type RunFacts,
  type RunKey,
} from '../../app/model/state.ts';
import type { FileEntry } from '../../core/rules/eligibility.ts';
import { jobOf } from '../examples/job.ts';
import { BLOB, HEAD, NOW, sha } from '../examples/names.ts';
import { run } from '../examples/run.ts';

/** A head of pull request 41, its file, and what its check runs say. For tests of what decides. */

export const file: FileEntry = { oid: BLOB, mode: '100644', size: 9, text: 'print(1)\n' };

export function head(change: Partial<HeadState> = {}): HeadState {
  return { oid: HEAD, blob: BLOB, overall: null, runs: [], shared: false, ...change };
}

export function overall(state: OverallKey['state'], change: Partial<OverallKey> = {}): HeadState['overall'] {
  const key: OverallKey = { blob: BLOB, track: 'cpu', state, ...change };
  const completed = state === 'verdict' || state === 'refused' || state === 'failed';
  return {
    key,
    check: {
      id: 'overall',
      name: 'descent',
      status: completed ? 'completed' : 'in_progress',
      conclusion: completed ? 'neutral' : null,
      externalId: encodeOverall(41, key),
      url: 'https://git.test/check',
      title: state,
      summary: '',
      text: '',
    },
  };
}

export function facts(valBpb: number | null, change: Partial<RunFacts> = {}): RunFacts {
  return {
    run: run(valBpb),
    reason: valBpb === null ? { code: 'training-exception', status: 1 } : null,
    curve: [],
    log: valBpb === null ? 'Traceback' : null,
    ...change,
  };
}

export function runState(finding: RunState['finding'], change: Partial<RunKey> = {}): RunState {
  const job = jobOf({ ...(change.blob && { blob: change.blob }) });
  const key: RunKey = {
    pull: 41,
    blob: job.blob,
    track: 'cpu',
    stage: 'explore',
    ordinal: 1,
    seed: 7,
    nonce: job.nonce,
    attempt: 1,
    runId: 100,
    ...change,
  };
  return {
    check: {
      id: `check-${key.ordinal}`,
      name: 'descent cpu explore 1',
      status: 'in_progress',
      conclusion: null,
      externalId: encodeRun(key),
      url: 'https://git.test/check',
      title: '',
      summary: '',
      text: '',
    },
    head: HEAD,
    key,
    memory: {
      job,
      harness: sha('d'),
      dispatchedAt: NOW,
      facts: null,
      failure: null,
      target: null,
      avoided: [],
      audits: null,
      words: null,
    },
    finding,
  };
}

import { type ExperimentResult, UNTRUSTED } from '../../core/formats/result.ts';
import { BLOB, HEAD, NOW } from './names.ts';
import { run } from './run.ts';

/** The result of pull request 41: a regression, on one run. */
export function resultOf(change: Partial<ExperimentResult> = {}): ExperimentResult {
  return {
    schema: 1,
    pull: 41,
    author: 'nova',
    head: HEAD,
    blob: BLOB,
    track: 'cpu',
    verdict: 'regressed',
    reason: { code: 'no-gain', text: 'worse' },
    valBpb: 2.5,
    incumbent: null,
    runs: [run(2.5)],
    audits: [],
    rescores: [],
    content: null,
    heldoutBpb: null,
    distribution: null,
    evidence: null,
    curve: [],
    decidedAt: NOW,
    untrusted: UNTRUSTED,
    diff: '',
    authorText: {
      untrusted: true,
      title: 'Halve the batch',
      hypothesis: 'More steps help.',
      change: null,
      expect: null,
      buildsOn: [],
      agent: null,
      log: null,
    },
    insights: [],
    ...change,
  };
}

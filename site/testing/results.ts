import { createHash } from 'node:crypto';
import type { Event } from '../../core/formats/events.ts';
import { type ExperimentResult, resultPath } from '../../core/formats/result.ts';
import { resultOf } from '../../testing/examples/result.ts';
import { run } from '../../testing/examples/run.ts';
import { shownWhole } from '../summary/alone.ts';

/** The results that a site reads, made up from the events that tell of them. By path. */
export function resultFiles(events: readonly Event[]): Record<string, string> {
  const audits = events.filter((event) => event.kind === 'audit');
  return Object.fromEntries(
    shownWhole(events).map((event) => {
      const own = audits.filter(({ pull, blob }) => pull === event.pull && blob === event.blob);
      return [resultPath(event), JSON.stringify(resultFor(event, own))];
    }),
  );
}

type Of<K extends Event['kind']> = Extract<Event, { kind: K }>;

function resultFor(event: Of<'result'>, audits: readonly Of<'audit'>[]): ExperimentResult {
  const { pull, track, verdict, code, valBpb, heldoutBpb, incumbent, effect, standardError } = event;
  const blob = createHash('sha1').update(event.blob).digest('hex');
  const runs = event.runs.map(([stage, owner, machine, outcome, loss, seconds], i) =>
    run(loss, {
      stage,
      ordinal: i + 1,
      owner,
      machine,
      outcome,
      totalSeconds: seconds,
      runId: 100 * pull + i,
      at: event.at,
    }),
  );
  const base = { pull: null, blob, valBpb: incumbent ?? 1 };
  return resultOf({
    ...{ pull, track, verdict, valBpb, heldoutBpb, runs, author: event.author, decidedAt: event.at },
    blob: event.blob + blob.slice(12),
    incumbent: incumbent === null ? null : base,
    reason: { code, text: `Made up for #${pull}` },
    evidence:
      effect === null || standardError === null
        ? null
        : {
            ...{ code: verdict === 'improved' ? 'confirmed' : 'no-gain', sigma: 0.001, degrees: 24 },
            ...{ candidateRuns: runs.length, incumbentRuns: 2, owners: 2, couldHide: 0.001, moreRuns: null },
            effect: {
              estimate: effect,
              standardError,
              low: effect - 2 * standardError,
              high: effect + 2 * standardError,
            },
            ...{ singleOwner: false, incumbentLosses: [base.valBpb - 0.0005, base.valBpb + 0.0005] },
          },
    audits: audits.map(({ machine, outcome, outlier }) => {
      const of = runs.find((one) => one.machine === machine) ?? runs[0]!;
      const off = outcome === 'outlier' ? 0.02 : outcome === 'unsettled' ? 0.008 : ((pull % 5) - 2) * 0.0005;
      const again = run(Number(((of.valBpb ?? 1) + off).toFixed(6)), {
        ...{
          stage: 'audit',
          owner: 'owner-0',
          machine: 'owner-0.card-0',
          seed: of.seed,
          runId: of.runId + 50,
          at: event.at,
        },
      });
      return { of: of.runId, why: 'share', runs: [again], outcome, outlier };
    }),
    // As long as those of a swarm.
    curve: Array.from({ length: 100 }, (_, i) => ({ step: i * 10, seconds: i * 3, loss: 9 / (1 + i) })),
    diff: '-lr = 0.02\n+lr = 0.03\n'.repeat(100),
    authorText: {
      ...resultOf().authorText,
      ...{ title: event.title, hypothesis: `${event.title} should lower the loss.`, expect: event.expect },
      ...{ buildsOn: event.buildsOn, agent: event.agent },
    },
  });
}

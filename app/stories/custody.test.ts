import { afterEach, describe, expect, it } from 'vitest';
import { balanceOf } from '../../core/credits/holds.ts';
import { type Ledger, ledgerSchema } from '../../core/formats/ledger.ts';
import type { Report } from '../../core/formats/report.ts';
import { checked, events } from '../../testing/bot/events.ts';
import { ADA, BOB, EVE, recordOf, threeOwners } from '../../testing/bot/owners.ts';
import { AUDITED, type Stage, type Taken } from '../../testing/bot/stage.ts';

/** Weights in custody: what a machine says of any run may be compared with the weights that it handed over. */

let stage: Stage;
afterEach(() => stage.close());

const SCORED = `${AUDITED}audits: { probation-jobs: 0, share: 0, scorings: 1 }\n`;
const AUDITOR = SCORED.replace('probation-jobs: 0', 'probation-jobs: 1').replace(
  'sigma: 0.1',
  'sigma: 0.1\n    owners: [eve]',
);
/** The weights do not bear out what the first machine claims of them. */
const REFUTED: Partial<Report> = {
  outcome: 'invalid',
  reason: { code: 'claim-far-off', nats: 3, limit: 0.5 },
  valBpb: null,
  heldoutBpb: null,
  probes: null,
};

/** Machines take jobs in turn until none is left. @param answer what they say; what is scored again agrees by default */
async function play(answer: (taken: Taken) => Partial<Report>, machines = [ADA, BOB, EVE]): Promise<Taken[]> {
  const done: Taken[] = [];
  for (let idle = 0, i = 0; idle < machines.length && done.length < 20; i++) {
    const taken = await stage.take(machines[i % machines.length]!);
    idle = taken ? 0 : idle + 1;
    if (!taken) continue;
    done.push(taken);
    await stage.finish(taken, { valBpb: 2.3 + taken.job.seed * 1e-18, ...answer(taken) });
  }
  return done;
}

async function ledger(): Promise<Ledger> {
  return ledgerSchema.parse(JSON.parse(await stage.file('results/ledger.json')));
}
async function audits() {
  return (await events(stage)).filter(({ kind }) => kind === 'audit');
}
const RUN = 72_000 * 0.8;
const SCORING = 12_000 * 0.8;

describe('an owner who reports losses near the incumbent’s without training', () => {
  it('is found by a scoring, and loses what it earned; one who measures keeps it', async () => {
    stage = await threeOwners(SCORED);
    const honest = await stage.open('nova', 'print("one")\n');
    const first = (await stage.measureOn(EVE, { valBpb: 2.3 }))!;
    expect(first.job).toMatchObject({ stage: 'explore', handOver: true });
    expect((await recordOf(stage, honest)).audits).toMatchObject([{ of: first.runId, why: 'scoring' }]);
    const [scoring, ...rest] = await play(() => ({}));
    expect(rest).toEqual([]);
    expect(scoring!.job).toMatchObject({
      ...{ stage: 'rescore', seed: first.job.seed, blob: first.job.blob },
      rescore: { runId: first.runId },
    });
    const agreed = await recordOf(stage, honest);
    expect(agreed.audits).toMatchObject([{ outcome: 'agreed', runs: [{ stage: 'rescore' }] }]);
    expect(agreed).toMatchObject({ verdict: 'regressed', runs: [{ machine: 'eve.box' }] });
    const before = await ledger();
    expect(balanceOf(before, '@eve')).toBe(RUN);
    // It says nothing of her other runs: they wait on.
    expect(before.machines['eve.box']!.pending).toHaveLength(1);
    expect(await audits()).toEqual([]);
    const earned = (now: Ledger) => balanceOf(now, '@ada') + balanceOf(now, '@bob');
    const others = earned(before);

    const number = await stage.open('vega', 'print("two")\n');
    const lie = (await stage.measureOn(EVE, { valBpb: 2.31 }))!;
    const scored = await play((taken) => (taken.job.rescore?.runId === lie.runId ? REFUTED : {}), [ADA, BOB]);
    const refuting = scored.filter(({ job }) => job.rescore?.runId === lie.runId);
    expect(refuting.map(({ machine }) => machine).sort()).toEqual(['ada.desk', 'bob.lab']);
    const record = await recordOf(stage, number);
    expect(record.audits).toContainEqual(
      expect.objectContaining({ of: lie.runId, outcome: 'outlier', outlier: 'eve.box' }),
    );
    expect(record.runs.find(({ runId }) => runId === lie.runId)).toHaveProperty('discounted');
    expect(await audits()).toMatchObject([{ pull: number, outcome: 'outlier', outlier: 'eve.box' }]);
    expect(await checked(stage)).toMatchObject({ difference: null });
    const { machines } = (await stage.leaderboard()).tracks.cpu!;
    expect(machines['eve.box']!.outliers).toMatchObject([{ pull: number, author: 'vega' }]);
    expect([machines['ada.desk']!.outliers, machines['bob.lab']!.outliers]).toEqual([[], []]);
    const after = await ledger();
    expect(balanceOf(after, '@eve')).toBe(0);
    expect(earned(after) - others).toBeGreaterThanOrEqual(2 * SCORING);
  }, 60_000);
});

describe('an auditor', () => {
  it('who repeats a loss that is public instead of a run is found the same way', async () => {
    stage = await threeOwners(AUDITOR);
    const number = await stage.open('nova', 'print("one")\n');
    await stage.measureOn(EVE, { valBpb: 2.3 });
    let audit: Taken | undefined;
    await play((taken) => {
      if (taken.job.stage === 'audit') audit ??= taken;
      return taken.job.rescore && taken.job.rescore.runId === audit?.runId ? REFUTED : {};
    });
    expect(audit!.job.handOver).toBe(true);
    expect((await recordOf(stage, number)).audits).toMatchObject([
      { why: 'probation', outcome: 'agreed' },
      { why: 'scoring', outcome: 'agreed' },
      { of: audit!.runId, why: 'scoring', outcome: 'outlier', outlier: audit!.machine },
    ]);
    // What she earned for main's own runs that day is gone with it.
    expect(balanceOf(await ledger(), `@${audit!.machine.split('.')[0]}`)).toBe(0);
  }, 60_000);
});

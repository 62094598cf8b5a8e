import type { MeasuredRun } from '../../core/rules/acceptance/rule.ts';
import { settle, wantsAudit } from '../../core/rules/audits/audit.ts';
import { createDescent } from './policies.ts';
import { createRandom } from './random.ts';
import { DEFAULT } from './scenarios.ts';
import { createWorld, type File, type World } from './world.ts';

/** What audits cost: some jobs are measured again elsewhere, drawn and decided by the app's own code, among honest owners. */

/** Of each half: machines begin on probation in the first, and most have left it in the second. */
const CANDIDATES = 200;

export interface AuditCost {
  owners: number;
  /** Audit runs per candidate: for a track's first 200 candidates, by unknown machines, and for the next 200. */
  first: number;
  later: number;
}

/** Each owner lends one machine; a candidate's exploring and confirming runs may be audited, the incumbent's own are not. */
export function measureAuditCost(o: { owners: number; seed: number; tracks: number }): AuditCost {
  const random = createRandom(o.seed);
  let [first, later] = [0, 0];
  for (let track = 0; track < o.tracks; track++) {
    const honest = createWorld({ ...DEFAULT, owners: o.owners, machinesEach: 1 }, random);
    let finished: { file: File; run: MeasuredRun }[] = [];
    const world: World = {
      ...honest,
      measure: (file, machine, stage) => {
        const run = honest.measure(file, machine, stage);
        if (stage !== 'baseline') finished.push({ file, run });
        return run;
      },
    };
    let holder: File = { loss: 1, sigma: DEFAULT.sigma };
    const policy = createDescent(world, holder);
    const jobs = new Map<string, number>();
    for (let i = 0; i < 2 * CANDIDATES; i++) {
      const file = { loss: holder.loss - DEFAULT.effect(random), sigma: DEFAULT.sigma };
      if (policy.judge(file, true).merged) holder = file;
      const runs = finished.reduce((sum, job) => sum + auditRuns(honest, jobs, job), 0);
      if (i < CANDIDATES) first += runs;
      else later += runs;
      finished = [];
    }
  }
  const all = o.tracks * CANDIDATES;
  return { owners: o.owners, first: first / all, later: later / all };
}

function auditRuns(world: World, jobs: Map<string, number>, job: { file: File; run: MeasuredRun }): number {
  const { file, run } = job;
  const { owners } = world.scenario;
  const done = (jobs.get(run.machine) ?? 0) + 1;
  jobs.set(run.machine, done);
  if (!wantsAudit({ jobs: done, owners, draw: world.random.uniform() })) return 0;
  const runs = [run];
  for (;;) {
    const others = world.machines.filter(({ owner }) => runs.every((one) => one.owner !== owner));
    runs.push(world.measure(file, world.random.pick(others), 'audit'));
    const outcome = settle(runs, world.scenario.sigma);
    if (outcome.kind === 'call-third') continue;
    if (outcome.kind === 'outlier') jobs.set(outcome.run.machine, 0);
    return runs.length - 1;
  }
}

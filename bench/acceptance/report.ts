import { type AuditCost, measureAuditCost } from './audit-cost.ts';
import { type BoosterFigures, measureBooster } from './liars/booster.ts';
import { type CopycatFigures, measureCopycat } from './liars/copycat.ts';
import { measurePreempting, type PreemptingFigures } from './liars/preempting.ts';
import { measureVetoer, type VetoerFigures } from './liars/vetoer.ts';
import { createDescent, createGreedy, createWelch } from './policies.ts';
import { type KeptGain, readHistory, replay } from './replay.ts';
import { DEFAULT, PLATEAU, SCENARIOS } from './scenarios.ts';
import { type Figures, simulate } from './simulate.ts';

/** Everything `npm run bench:acceptance` measures, as one value. */

const POLICIES = { descent: createDescent, greedy: createGreedy, welch: createWelch };
type PolicyName = keyof typeof POLICIES;

const PREEMPTING = [
  { logins: 0, ends: 'half', seedShare: 1 } as const,
  ...(['half', 'fifth'] as const).flatMap((ends) =>
    [1, 2].flatMap((logins) => [0, 0.5, 1].map((seedShare) => ({ logins, ends, seedShare }))),
  ),
];

/** The figures that are promised of a rule. Losses in bits per byte. */
interface Summary {
  runsPerCandidate: number;
  falseMergesPer100: number;
  mergeAtZero: number;
  plateauFdr: number | null;
  power: Record<'0.001' | '0.002' | '0.004', number>;
  optimism: number | null;
}

export interface Report extends Record<PolicyName, Summary> {
  /** Candidates judged by Descent's own code in a second. */
  candidatesPerSecond: number;
  scenarios: { name: string; about: string; figures: Record<PolicyName, Figures> }[];
  booster: BoosterFigures[];
  copycat: CopycatFigures[];
  preempting: PreemptingFigures[];
  auditCost: AuditCost[];
  vetoer: VetoerFigures[];
  replay: KeptGain[];
  seed: number;
}

/**
 * @param size candidates of each scenario, at least 200
 * @param clock milliseconds, for candidatesPerSecond alone
 * @param note called before each scenario
 */
export function measureAll(o: {
  seed: number;
  size: number;
  history: string;
  clock: () => number;
  note?: (text: string) => void;
}): Report {
  const candidates = 200;
  const tracks = Math.max(1, Math.round(o.size / candidates));
  let descentMs = 0;
  const scenarios = SCENARIOS.map((scenario) => {
    o.note?.(`${scenario.name}: ${scenario.about}`);
    const run = (name: PolicyName) => {
      const began = o.clock();
      const figures = simulate(scenario, POLICIES[name], { seed: o.seed, tracks, candidates });
      if (name === 'descent') descentMs += o.clock() - began;
      return figures;
    };
    const figures = { descent: run('descent'), greedy: run('greedy'), welch: run('welch') };
    return { name: scenario.name, about: scenario.about, figures };
  });
  o.note?.('an owner who flatters a friend');
  const booster = [false, true].flatMap((harmsIncumbent) =>
    [1, 2, 3, 5, 10].map((boostSigmas) =>
      measureBooster({ boostSigmas, harmsIncumbent, seed: o.seed, trials: Math.ceil(o.size / 5) }),
    ),
  );
  o.note?.('an owner who copies');
  const copycat = [0, 1, 2].map((logins) =>
    measureCopycat({ logins, noiseSigmas: 0.01, seed: o.seed, trials: Math.ceil(o.size / 2) }),
  );
  o.note?.('owners who take machines back when a run displeases them');
  const preempting = PREEMPTING.map((how) =>
    measurePreempting({ ...how, seed: o.seed, trials: Math.ceil(o.size / 2) }),
  );
  o.note?.('what audits cost');
  const auditCost = [3, 5, 20].map((owners) =>
    measureAuditCost({ owners, seed: o.seed, tracks: Math.ceil(o.size / 1000) }),
  );
  o.note?.('an owner who says no');
  const vetoer = [0, 0.1, 0.2, 0.33, 0.5].flatMap((vetoerShare) =>
    [0, 0.25, 1].map((repeatShare) =>
      measureVetoer({ vetoerShare, repeatShare, seed: o.seed, trials: Math.ceil(o.size / 10) }),
    ),
  );
  o.note?.('replay of real history');
  const kept = replay(readHistory(o.history), { seed: o.seed, repeats: 200 });

  const figuresOf = (name: string) => scenarios.find((s) => s.name === name)!.figures;
  const summary = (policy: PolicyName): Summary => {
    const figures = figuresOf(DEFAULT.name)[policy];
    const at = (effect: string) => figures.mergeAt[effect]!;
    return {
      runsPerCandidate: figures.runsPerCandidate,
      falseMergesPer100: figures.falseMergesPer100,
      mergeAtZero: at('0'),
      plateauFdr: figuresOf(PLATEAU.name)[policy].falseDiscoveryRate,
      power: { '0.001': at('0.001'), '0.002': at('0.002'), '0.004': at('0.004') },
      optimism: figures.optimism,
    };
  };
  return {
    descent: summary('descent'),
    greedy: summary('greedy'),
    welch: summary('welch'),
    // A probe is a candidate too: each turn judges one of each.
    candidatesPerSecond: Math.round((2 * tracks * candidates * SCENARIOS.length) / (descentMs / 1000)),
    scenarios,
    booster,
    copycat,
    preempting,
    auditCost,
    vetoer,
    replay: kept,
    seed: o.seed,
  };
}

import { RULE } from '../../core/rules/acceptance/rule.ts';
import { createDescent } from './policies.ts';
import { createRandom } from './random.ts';
import { DEFAULT } from './scenarios.ts';
import { createWorld } from './world.ts';

/** Real history under Descent's rule: a log of experiments measured once each, keepers judged by that one run. */

/** The threshold of the rule's last check. */
const Z = RULE.shownZ.at(-1)!;

export interface Trial {
  commit: string;
  valBpb: number;
  status: string;
  description: string;
}

/** Reads `commit, val_bpb, memory_gb, status, description`, tab-separated under one header line. */
export function readHistory(text: string): Trial[] {
  const [header, ...lines] = text.trim().split('\n');
  if (header !== 'commit\tval_bpb\tmemory_gb\tstatus\tdescription') {
    throw new Error(`history: the first line must name the five columns, not ${JSON.stringify(header)}`);
  }
  return lines.map((line, i) => {
    const [commit, loss, , status, description] = line.split('\t');
    const valBpb = Number(loss);
    if (!commit || !status || description === undefined || !loss || !Number.isFinite(valBpb)) {
      throw new Error(`history: line ${i + 2} is not an experiment: ${JSON.stringify(line)}`);
    }
    return { commit, valBpb, status, description };
  });
}

export interface KeptGain {
  commit: string;
  description: string;
  /** Fall of val_bpb against the record before it, both measured once. */
  gain: number;
  /** Whether that one run against one run already reaches the threshold: gain >= z sigma sqrt(2). */
  oneRunWasEnough: boolean;
  /** Runs of the new and of the old file alike, if the gain is what it seems: the least n with gain >= z sigma sqrt(2/n). */
  runsEachNeeded: number;
  /** How Descent would have fared with a file of exactly this gain: its mean runs, and how often it would have merged. */
  descentRuns: number;
  descentMerges: number;
}

/** Judges every kept gain, at the sigma of the default scenario, `repeats` times by Descent's own code. */
export function replay(history: readonly Trial[], options: { seed: number; repeats: number }): KeptGain[] {
  const random = createRandom(options.seed);
  const { sigma } = DEFAULT;
  const kept = history.filter((trial) => trial.status === 'keep');
  return kept.slice(1).map(({ commit, description, valBpb }, i) => {
    const gain = kept[i]!.valBpb - valBpb;
    let runs = 0;
    let merges = 0;
    for (let k = 0; k < options.repeats; k++) {
      const policy = createDescent(createWorld(DEFAULT, random), { loss: kept[i]!.valBpb, sigma });
      const outcome = policy.judge({ loss: valBpb, sigma }, false);
      runs += outcome.runs;
      if (outcome.merged) merges += 1;
    }
    return {
      commit,
      description,
      gain,
      oneRunWasEnough: gain >= Z * sigma * Math.SQRT2,
      runsEachNeeded: Math.ceil(2 * ((Z * sigma) / gain) ** 2),
      descentRuns: runs / options.repeats,
      descentMerges: merges / options.repeats,
    };
  });
}

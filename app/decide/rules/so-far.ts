import type { RunResult } from '../../../core/formats/run.ts';
import { perOwner } from '../../../core/rules/acceptance/owners.ts';
import { RULE } from '../../../core/rules/acceptance/rule.ts';
import type { RunState } from '../../model/snapshot.ts';
import type { RunFacts, RunKey } from '../../model/state.ts';

/** Who has measured a file so far, as placing its next runs asks. */

export interface SoFar {
  /** The incumbent's runs, those that came with the pull request included. */
  incumbent: RunResult[];
  /** The file's own. */
  facts: RunFacts[];
  pending: RunState[];
}

/** Its confirmations, those under way included. */
export function confirmationsOf({ facts, pending }: SoFar): { owner: string }[] {
  return [
    ...facts.filter(({ run }) => run.stage === 'confirm').map(({ run }) => ({ owner: run.owner })),
    ...pending
      .filter(({ key }) => key.stage === 'confirm')
      .flatMap(({ memory }) => (memory.target === null ? [] : [{ owner: memory.target }])),
  ];
}

/** How many confirmations may be one owner's, where one goes elsewhere. As confirm.ts asks: of all runs up to the end of the round. */
export function shareOfRound({ facts }: SoFar): number {
  const confirming = facts.filter(({ run }) => run.stage === 'confirm').length;
  return perOwner((Math.floor(confirming / RULE.confirmRuns) + 1) * RULE.confirmRuns);
}

/** The owner of the run whose weights this one scores once more. */
export function firstOwner({ facts }: SoFar, { memory: { job } }: RunState): string | undefined {
  return facts.find(({ run }) => run.runId === job.rescore?.runId)?.run.owner;
}

/** How many runs of the file that is measured at this stage an owner has finished so far. */
export function runsBy({ incumbent, facts }: SoFar, stage: RunKey['stage']): (owner: string) => number {
  const soFar = stage === 'baseline' ? incumbent : facts.map(({ run }) => run);
  return (owner) => soFar.filter((run) => run.owner === owner).length;
}

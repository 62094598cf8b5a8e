import type { ExperimentResult } from '../../core/formats/result.ts';
import { pullNames } from '../../core/text/plural.ts';

/** How the certification of a chain reads in the results of its other pull requests. */
export function chainEnded({ verdict, pull, chain, reason }: ExperimentResult): ExperimentResult['reason'] {
  const names = pullNames(chain?.pulls ?? []);
  return verdict === 'improved'
    ? {
        code: 'chain-certified',
        text: `certified by the chain ${names}: the result of #${pull} has the runs`,
      }
    : { code: 'chain-refuted', text: `the chain ${names} did not hold (result of #${pull}): ${reason.text}` };
}

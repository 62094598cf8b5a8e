import type { ExperimentResult } from '../../core/formats/result.ts';

/** How the certification of a chain reads in the results of its other pull requests. */
export function chainEnded({ verdict, pull, chain, reason }: ExperimentResult): ExperimentResult['reason'] {
  const names = chain?.pulls.map((one) => `#${one}`).join(', ');
  return verdict === 'improved'
    ? {
        code: 'chain-certified',
        text: `certified by the chain ${names}: the result of #${pull} has the runs`,
      }
    : { code: 'chain-refuted', text: `the chain ${names} did not hold (result of #${pull}): ${reason.text}` };
}

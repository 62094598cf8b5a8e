import type { FrontierLink } from '../../../../core/formats/frontier.ts';
import { reason } from '../../../../core/formats/reasons.ts';
import { inTurn, recorded } from '../../../../core/rules/acceptance/acceptance.ts';
import { PRIOR_DEGREES, reportedRuns } from '../../../../core/rules/acceptance/rule.ts';
import { certify } from '../../../../core/rules/frontier/certify.ts';
import { pullNames } from '../../../../core/text/plural.ts';
import { chainTo } from './cases.ts';
import type { Grounds } from './grounds.ts';
import { type Certified, CHAIN_VERDICT, type FrontierInput, type Ruled } from './judgement.ts';

/** The head of a chain, by fresh runs of its own. */
export function judgeChain(input: FrontierInput, link: FrontierLink, grounds: Grounds): Ruled {
  const { rules, standing } = input;
  const chain = chainTo(standing, link);
  const fresh = input.runs.filter((run) => run.stage === 'confirm');
  const incumbent = reportedRuns(input.incumbent);
  const ended = certify({
    chain,
    candidate: reportedRuns(inTurn(fresh)),
    incumbent,
    others: standing.others,
    prior: { sigma: rules.sigma!, degrees: PRIOR_DEGREES },
    fewOwners: rules['few-owners'] ?? 'wait',
    head: link.estimate,
    main: grounds.frontier.main.estimate,
    sigma: grounds.calibration.sigma,
  });
  const pulls = chain.map(({ pull }) => pull);
  const names = pullNames(pulls);
  if (ended.kind === 'measure') {
    const { evidence, ...wanted } = ended.measure;
    return { ...wanted, because: [reason('chain', 'acts', wanted.stage, `${names}: ${wanted.why}`)] };
  }
  const record = recorded(ended.ruling, incumbent);
  const certified: Certified = { kind: ended.kind, link, pulls, head: ended.head };
  const code = ended.kind === 'certified' ? record.code : `chain-${ended.kind}`;
  return {
    ...record,
    verdict: CHAIN_VERDICT[ended.kind],
    reason: { code, text: `${names}, measured together: ${record.text}` },
    certified,
    because: [reason('chain', 'decided', code, `${names}: ${record.text}`)],
  };
}

import type { FrontierLink } from '../../../../core/formats/frontier.ts';
import { reason } from '../../../../core/formats/reasons.ts';
import { recorded } from '../../../../core/rules/acceptance/acceptance.ts';
import { PRIOR_DEGREES, reportedRuns } from '../../../../core/rules/acceptance/rule.ts';
import { certify } from '../../../../core/rules/frontier/certify.ts';
import type { Grounds } from './grounds.ts';
import type { Certified, FrontierInput, Ruled } from './judgement.ts';

/** The head of a chain, by fresh runs of its own. */
export function judgeChain(input: FrontierInput, link: FrontierLink, grounds: Grounds): Ruled {
  const at = grounds.state.chain.findIndex(({ blob }) => blob === link.blob);
  const chain = grounds.state.chain.slice(0, at + 1);
  const { rules, standing } = input;
  const fresh = input.runs.filter((run) => run.stage === 'confirm');
  const incumbent = reportedRuns(input.incumbent);
  const ended = certify({
    chain: chain.map(({ author }) => ({ author: author.toLowerCase() })),
    candidate: reportedRuns(fresh).toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '')),
    incumbent,
    others: standing.others,
    prior: { sigma: rules.sigma!, degrees: PRIOR_DEGREES },
    fewOwners: rules['few-owners'] ?? 'wait',
    head: link.estimate,
    main: grounds.frontier.main.estimate,
    sigma: grounds.calibration.sigma,
  });
  const pulls = chain.map(({ pull }) => pull);
  const names = pulls.map((pull) => `#${pull}`).join(', ');
  if (ended.kind === 'measure') {
    const { evidence, ...wanted } = ended.measure;
    return { ...wanted, because: [reason('chain', 'acts', wanted.stage, `${names}: ${wanted.why}`)] };
  }
  const record = recorded(ended.ruling, incumbent);
  const certified: Certified = { kind: ended.kind, link, pulls, head: ended.head };
  const verdict = { certified: 'improved', refuted: 'not-held', open: 'adopted' } as const;
  const code = ended.kind === 'certified' ? record.code : `chain-${ended.kind}`;
  return {
    ...record,
    verdict: verdict[ended.kind],
    reason: { code, text: `${names}, measured together: ${record.text}` },
    certified,
    because: [reason('chain', 'decided', code, `${names}: ${record.text}`)],
  };
}

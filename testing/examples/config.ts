import { type Config, parseConfig } from '../../core/formats/config.ts';

/** A repository with one track, where one run decides. */
export const CONFIG = `primary: cpu
tracks:
  cpu:
    runs-on: [self-hosted, descent-cpu]
    capacity: 2
    dataset: pysource
    device: cpu
    budget-seconds: 60
    scoring-seconds: 120
    validation-tokens: 1000
    probes: 10
    threads: 1
    memory-mib: 4096
    weights-mib: 64
    margin: 0.1
limits:
  open-per-author: 3
  attempts: 2
  lost-after-minutes: 30
merge: true
`;
/** The same track, where several runs decide, and every run of a machine's first ten is repeated elsewhere. */
export const AUDITED = CONFIG.replace('margin: 0.1', 'sigma: 0.1');
/** The same without audits. */
export const SEVERAL = `${AUDITED}audits: { probation-jobs: 0, share: 0 }\n`;
/** The same, where small gains go onto a frontier. */
export const FRONTIER = SEVERAL.replace('sigma: 0.1', 'sigma: 0.1\n    frontier: true');

/** A line more: owners may lend machines from repositories of theirs. */
export const LENDING = 'lending: { app: descent }\n';

/** The first of them as it is read, with an attempt more. */
export const config = read(CONFIG.replace('attempts: 2', 'attempts: 3'));

export function read(text: string): Config {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
}

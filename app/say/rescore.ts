import type { ExperimentResult, Rescore } from '../../core/formats/result.ts';
import { inline } from '../../core/text/harmless/github.ts';

/** What another machine's scoring found; null where nothing improved. */
export function rescoreSection({ rescores, runs }: ExperimentResult): string | null {
  const said = rescores.map((one) => {
    const run = runs.find(({ runId }) => runId === one.of);
    return sentence(one, run ? `${run.stage} ${run.ordinal} (${inline(run.machine, 60)})` : `run ${one.of}`);
  });
  return said.length === 0 ? null : said.join('\n\n');
}

function sentence({ outcome, runs }: Rescore, of: string): string {
  if (outcome === 'single-owner')
    return '**Single owner:** only one owner has a machine on this track, so the weights were not scored once more elsewhere.';
  const machines = runs.map((run) => inline(run.machine, 60)).join(' and ');
  const probes = Math.max(0, ...runs.map((run) => run.probes?.count ?? 0));
  switch (outcome) {
    case 'agreed':
      return `**Scored once more** from the handed-over weights of ${of} on ${machines}: ${probes} probes agree with the claims of that run.`;
    case 'refuted':
      return `**Scored once more** from the handed-over weights of ${of} on ${machines}: the claims of that run were not confirmed.`;
    case 'unsettled':
      return `**Scored once more** from the handed-over weights of ${of} on ${machines}: it does not agree with the claims of that run, and there is no third owner to decide.`;
  }
}

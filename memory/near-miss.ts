import type { Experiment } from './experiment.ts';

/** Its change was put onto a newer file and measured there: that result says what became of it. */
export const COMPOSED = 'composed';

/** An experiment that is not shown to help or to hurt: a gain could still hide there. What is adopted is built on already. */
export function isNearMiss({
  verdict,
  delta,
  code,
}: Pick<Experiment, 'verdict' | 'delta' | 'code'>): boolean {
  if (code === COMPOSED) return false;
  if (verdict === 'inconclusive' || verdict === 'not-held') return true;
  return verdict === 'regressed' && delta !== null && delta < 0;
}

/** What one line of the list says, e.g. `regressed by 0.0012`. */
export function outcome(experiment: Pick<Experiment, 'verdict' | 'delta' | 'valBpb' | 'code'>): string {
  const { verdict, delta, valBpb, code } = experiment;
  if (delta === null)
    return valBpb === null ? `${verdict} (${code})` : `${verdict}, val_bpb ${valBpb.toFixed(4)}`;
  const change = `${delta > 0 ? '+' : ''}${delta.toFixed(4)}`;
  const note = NOTES[verdict] ?? (isNearMiss(experiment) && delta < 0 ? ', not proven' : '');
  return `${verdict}, val_bpb ${valBpb?.toFixed(4)} (${change})${note}`;
}

/** A guess is no record, and says so. */
const NOTES: Partial<Record<Experiment['verdict'], string>> = {
  adopted: ', a guess, not certified',
  'not-held': ', its chain was refuted',
};

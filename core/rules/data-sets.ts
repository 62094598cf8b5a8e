import type { Config, TrackConfig } from '../formats/config.ts';

/** Data sets of tracks: a machine has those of the tracks it is lent to, and its owner agreed to their size. */

type Tracks = Config['tracks'];

/** Each once. */
export function dataSetsOf(tracks: Tracks): string[] {
  return [...new Set(Object.values(tracks).map(({ dataset }) => dataset))];
}

/** Whether who is lent to these tracks has the data set. */
export function haveDataSet(tracks: Tracks, names: readonly string[], dataset: string): boolean {
  return Object.entries(tracks).some(([name, track]) => track.dataset === dataset && names.includes(name));
}

/**
 * The rules of a track for a run on the data set of another one. How much text there is to validate on comes with the data set: a
 * machine refuses a job that names more than it has. Undefined where no track uses it.
 */
export function withDataSet(tracks: Tracks, rules: TrackConfig, dataset: string): TrackConfig | undefined {
  const from = [rules, ...Object.values(tracks)].find((track) => track.dataset === dataset);
  return from && { ...rules, dataset, 'validation-tokens': from['validation-tokens'] };
}

import type { FrontierState } from '../../core/formats/frontier.ts';
import type { TrackStanding } from '../../core/formats/leaderboard.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { own } from '../../core/names.ts';
import { textCannotBeMeasured } from '../../core/rules/eligibility.ts';
import { tipOf } from '../../core/rules/frontier/chain.ts';
import { mergeChange } from '../../core/text/merge.ts';
import type { Port, PullReading } from '../github/port.ts';
import { heardOf } from '../model/heard.ts';
import type { Composed, HeadState, World } from '../model/snapshot.ts';
import { isOwn } from './at-hand.ts';
import { changedFrom } from './changed-from.ts';
import type { Texts } from './texts.ts';

/** A pull request's change on the newest file of a frontier. */

interface At {
  world: World;
  pull: PullReading['pull'];
  heads: HeadState[];
  /** The present file. */
  file: string | undefined;
  tracks: string[];
  texts: Texts;
}

/** By track: only where the change was made to an older file, and has been measured with it. */
export async function composedOn(port: Pick<Port, 'readBlob'>, at: At): Promise<Record<string, Composed>> {
  const composed: Record<string, Composed> = {};
  const { leaderboard } = at.world.main;
  if (!leaderboard.ok) return composed;
  for (const track of at.tracks) {
    const standing = own(leaderboard.value.tracks, track);
    const from = standing?.frontier && measuredFile(at, track, standing.frontier);
    const base = from && changedFrom(at.world, at.pull, from, at.tracks);
    if (!standing?.frontier || !from || !base) continue;
    const onto = ontoOf(standing, standing.frontier, at.pull.number);
    if (onto === base || onto === from) continue;
    const made = await compose(port, at.texts, { from, base, onto });
    if (made) composed[track] = made;
  }
  return composed;
}

/** The present file, else one that was composed and is under way; null where no run of it was scored, or it is adopted as it is. */
function measuredFile({ heads, file, pull }: At, track: string, state: FrontierState): string | null {
  const underWay = state.compositions.filter((one) => one.pull === pull.number && !one.dropped);
  const adopted = new Set(state.chain.flatMap(({ blob, from }) => [blob, from ?? blob]));
  const scored = new Set(
    heads
      .flatMap((head) => head.runs)
      .filter((run) => isOwn(run) && run.key.track === track && heardOf(run)?.run.outcome === 'scored')
      .map(({ key }) => key.blob),
  );
  const files = [...(file === undefined ? [] : [file]), ...underWay.map(({ from }) => from)];
  return files.find((one) => scored.has(one) && !adopted.has(one)) ?? null;
}

/** The tip, without what was composed of this pull request itself: its change is put beside others' alone. */
function ontoOf({ incumbent }: TrackStanding, state: FrontierState, pull: number): string {
  return tipOf({
    main: { file: incumbent.blob, estimate: { loss: incumbent.valBpb, variance: 0 } },
    chain: state.chain.map((link) => ({ ...link, file: link.blob })),
    compositions: state.compositions
      .filter((one) => one.pull !== pull)
      .map((one) => ({ ...one, file: one.blob })),
  }).file;
}

async function compose(
  port: Pick<Port, 'readBlob'>,
  texts: Texts,
  files: { from: string; base: string; onto: string },
): Promise<Composed | null> {
  const text = async (blob: string) => texts[blob] ?? (await port.readBlob(blob));
  const [before, changed, newest] = [await text(files.base), await text(files.from), await text(files.onto)];
  if (before === null || changed === null || newest === null) return null;
  const merged = mergeChange(before, changed, newest);
  if (!merged.ok) return { ...files, kind: 'conflict', conflicts: merged.conflicts };
  // Line ends are no change: what is the same but for them is the file that is there.
  const same = [newest, changed].find((one) => one.replaceAll('\r\n', '\n') === merged.text);
  const made = same ?? merged.text;
  return { ...files, kind: 'file', blob: gitBlob(made), text: made, problems: textCannotBeMeasured(made) };
}

import { own } from '../../core/names.ts';
import { contentOf, isPresentContent } from '../../core/python/digest.ts';
import { diffOf } from '../../core/text/diff.ts';
import type { Port } from '../github/port.ts';
import type { HeadState, ResultName, Snapshot, World } from '../model/snapshot.ts';
import type { RunKey } from '../model/state.ts';
import { hasReport, isOwn } from './at-hand.ts';

/** The texts of the files under consideration, their digests, and how they differ from the file they are compared with. */

/** Texts by blob. */
export type Texts = Record<string, string>;

/** Main's file, the present one, and any whose report has come, since its record shows it. */
export async function textsOf(
  port: Port,
  world: World,
  heads: HeadState[],
  file: Snapshot['pull']['file'],
): Promise<Texts> {
  const texts: Texts = {};
  for (const one of [world.main.train, file]) if (one?.text) texts[one.oid] = one.text;
  // A composed file is in no tree of a pull request: it is kept by its name alone.
  for (const head of heads)
    for (const { blob } of reportedOn(head))
      texts[blob] ??=
        (blob === head.blob ? await port.readFile('train/train.py', head.oid) : await port.readBlob(blob)) ??
        '';
  return texts;
}

/** Files of which a report has come, and the tracks it came on. */
function reportedOn(head: HeadState): Pick<RunKey, 'blob' | 'track'>[] {
  return head.runs.filter((run) => isOwn(run) && hasReport(run)).map(({ key }) => key);
}

function incumbentOf({ main }: World, track: string): string | null {
  if (!main.leaderboard.ok) return null;
  return own(main.leaderboard.value.tracks, track)?.incumbent.blob ?? null;
}

/** The text of a track's incumbent, wherever it lies in main's history; main's own file where the track has none. */
async function incumbentText(port: Port, world: World, texts: Texts, track: string): Promise<string> {
  const blob = incumbentOf(world, track) ?? world.main.train?.oid;
  if (blob === undefined) return '';
  texts[blob] ??= (await port.readBlob(blob)) ?? '';
  return texts[blob];
}

/**
 * Digests of the files under consideration and of the incumbents they are compared with. The index knows the content of every incumbent that
 * a pull request brought; a file that main began with and has left since must be read.
 */
export async function contentsOf(
  port: Port,
  world: World,
  texts: Texts,
  names: ResultName[],
  tracks: string[],
): Promise<Record<string, string>> {
  const contents = Object.fromEntries(Object.entries(texts).map(([blob, text]) => [blob, contentOf(text)]));
  for (const track of tracks) {
    const blob = incumbentOf(world, track);
    if (blob === null || contents[blob] !== undefined) continue;
    const known = names.find((name) => isPresent(name) && blob.startsWith(name.blob))?.content;
    contents[blob] = known ?? contentOf(await incumbentText(port, world, texts, track));
  }
  return contents;
}

function isPresent({ content }: ResultName): boolean {
  return content !== null && isPresentContent(content);
}

/** All digests of a file by which a record may know it: the old one is made when there is an old record. */
export async function digestsOf(
  texts: Texts,
  contents: Record<string, string>,
  names: ResultName[],
  blob: string,
): Promise<string[]> {
  const present = contents[blob];
  if (present === undefined) return [];
  const text = texts[blob];
  if (text === undefined || !names.some((name) => name.content !== null && !isPresent(name)))
    return [present];
  const { contentBefore } = await import('../../core/python/old-digest.ts');
  return [present, contentBefore(text)];
}

/** Diffs are made when a report has come, since only a record shows them. */
export async function diffsOf(
  port: Port,
  world: World,
  heads: HeadState[],
  texts: Texts,
): Promise<Snapshot['diffs']> {
  const diffs: Snapshot['diffs'] = {};
  for (const head of heads)
    for (const { blob, track } of reportedOn(head)) {
      if (diffs[blob]?.[track] !== undefined) continue;
      const before = await incumbentText(port, world, texts, track);
      diffs[blob] = { ...diffs[blob], [track]: diffOf(before, texts[blob] ?? '') };
    }
  return diffs;
}

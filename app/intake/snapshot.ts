import { borrowedPath, parseBorrowed } from '../../core/formats/borrowing/record.ts';
import { parseBorrow, parseDescription } from '../../core/formats/description.ts';
import { parseLeaderboard } from '../../core/formats/leaderboard.ts';
import type { Port, PullReading } from '../github/port.ts';
import { decodeReply } from '../model/command.ts';
import type { Look } from '../model/event.ts';
import type { HeadState, Similar, Snapshot, World } from '../model/snapshot.ts';
import { readAsked } from './asked.ts';
import { blobsAtHand, blobsDue, filesOf, headsDue, mayBeAdopted, mayGain, tracksAtHand } from './at-hand.ts';
import { chainResultsOf } from './chain-results.ts';
import { changedFrom } from './changed-from.ts';
import { composedOn } from './composed.ts';
import { findResults, resultNames } from './records.ts';
import type { Lent } from './report/lent.ts';
import { similarTo } from './similar.ts';
import { leftAlone } from './swarm.ts';
import { contentsOf, diffsOf, digestsOf, textsOf } from './texts.ts';
import { type Sources, withFindings, worldOf } from './world.ts';

/** More commits than these are no small step towards one file. */
const BRANCH_LIMIT = 10;

/** Null when there is no such pull request, or the repository is left alone. */
export async function readSnapshot(
  port: Port,
  look: Look & { subject: { kind: 'pull'; number: number } },
  sources: Sources,
): Promise<Snapshot | null> {
  const reading = await readWithHeads(port, look, sources.lent);
  if (!reading || leftAlone(reading) !== null) return null;
  const world = worldOf(reading, sources);
  const { pull } = reading;
  const { body, head: tip, headText, commits: listed, past, ...shown } = pull;
  const commits = [...listed].sort((a, b) => Number(b.oid === tip) - Number(a.oid === tip));
  const heads: HeadState[] = [];
  for (const commit of commits)
    heads.push(await withFindings(port, world, commit, pull.number, sources.lent));
  const present = commits[0]?.oid === tip ? commits[0] : undefined;
  const file = present?.file ? { ...present.file, text: headText } : null;

  const reply = decodeReply(reading.talk.reply);
  const asked = await readAsked(port, reading.talk.latest, reply);
  const description = parseDescription(body);
  const borrow = parseBorrow(body);
  const tracks = tracksAtHand(world, { description, reply, heads });
  const names = await resultNames(port, reading, sources.results);
  const texts = await textsOf(port, world, heads, file);
  const contents = await contentsOf(port, world, texts, names, tracks);
  const results: Snapshot['results'] = [];
  const due = blobsDue(world, pull.number);
  // What was adopted ends with its chain, whatever became of its pull request meanwhile.
  const wasAdopted = pull.labels.includes('adopted');
  const state = wasAdopted ? 'open' : pull.state;
  const adopted = wasAdopted ? heads.flatMap((head) => head.runs.map(({ key }) => key.blob)) : [];
  for (const blob of new Set([...blobsAtHand(heads, state, asked.length > 0), ...due, ...adopted])) {
    const alike = await digestsOf(texts, contents, names, blob);
    const at = { commit: world.main.oid, pull: pull.number, blob, contents: alike, tracks };
    results.push(...(await findResults(port, names, at)).map((result) => ({ blob, result })));
  }
  const ofPresent = new Set(present && heads[0] ? filesOf(heads[0]) : []);
  const gained = results.some(
    ({ blob, result }) => ofPresent.has(blob) && result.pull === pull.number && result.verdict === 'improved',
  );
  const asking = { ...pull, description, file, heads };
  const sight = { world, queue: reading.queue, results, recorded: names.length > 0 };
  const similar = await similarTo(sources.similar, asking, sight);
  /** On a track it does not ask for, or where the record itself is its answer, it is no second try. */
  const isSecondTry = (one: Similar) => {
    const waiting = world.queue.find((entry) => entry.pull === one.pull)?.overall?.track;
    if (one.kind === 'open') return waiting === undefined || tracks.includes(waiting);
    const isAnswer = results.some(({ result }) => result.pull === one.pull && result.track === one.track);
    return tracks.includes(one.track) && !isAnswer;
  };
  return {
    ...world,
    composed: await composedOn(port, { world, pull, heads, file: file?.oid, tracks, texts }),
    links: await chainResultsOf(port, world, names, pull.number),
    pull: {
      ...shown,
      changedFrom: file ? changedFrom(world, pull, file.oid, tracks) : shown.beganFrom,
      ...{ description, borrow, heads, file, asked, reply },
      onMain: gained && pull.state === 'open' && (await port.isAncestor(tip, world.main.oid)),
      branch:
        pull.state === 'open' && (gained || mayGain(world, heads, file?.oid) || mayBeAdopted(world, heads))
          ? await port.commitsBetween(world.main.oid, tip, BRANCH_LIMIT, linksOf(world))
          : null,
    },
    borrowed: await borrowedOf(port, world, { number: pull.number, borrow, heads }),
    results,
    similar: similar.filter(isSecondTry),
    contents,
    diffs: await diffsOf(port, world, heads, texts),
    retry: look.retry,
  };
}

/** What main records of borrowed runs; it is asked for only where there were some, or are to be some. */
async function borrowedOf(
  port: Port,
  { main }: World,
  { number, borrow, heads }: Pick<Snapshot['pull'], 'number' | 'borrow' | 'heads'>,
): Promise<NonNullable<Snapshot['borrowed']> | null> {
  const had = heads.some(({ runs }) => runs.some(({ key }) => key.stage === 'borrow'));
  if (!had && !borrow) return null;
  const text = await port.readFile(borrowedPath(number), main.oid);
  return text === null ? null : parseBorrowed(text);
}

/** A second time where checks are on commits that the pull request has left behind since. */
async function readWithHeads(
  port: Port,
  look: Look & { subject: { kind: 'pull'; number: number } },
  lent: Lent,
): Promise<PullReading | null> {
  const { number } = look.subject;
  const reading = await port.readPull(number, look.heads);
  if (!reading) return null;
  const leaderboard = parseLeaderboard(reading.main.leaderboard);
  const listed = new Set(reading.pull.commits.map(({ oid }) => oid));
  const missing = [...new Set([...headsDue({ leaderboard }, number), ...lent.borrowedOn(number)])].filter(
    (oid) => !listed.has(oid),
  );
  return missing.length === 0 ? reading : port.readPull(number, [...look.heads, ...missing]);
}

/** Of each frontier, by commit. */
function linksOf({ frontiers }: World): string[][] {
  return Object.values(frontiers).map(({ links }) => links.map(({ oid }) => oid));
}

import { BASELINES } from '../../formats/baseline.ts';
import { BORROWED_FOLDER } from '../../formats/borrowing/record.ts';
import { CHECKPOINT_PATH } from '../../formats/checkpoint.ts';
import { CONFIG_PATH, parseConfig } from '../../formats/config.ts';
import { LEADERBOARD_PATH } from '../../formats/leaderboard.ts';
import { LEDGER_PATH, type Posting } from '../../formats/ledger.ts';
import { EXPERIMENTS } from '../../formats/result.ts';
import { TOKENS } from '../../formats/token.ts';
import { own } from '../../names.ts';
import { pricesOf } from '../prices.ts';
import { wrongCheckpoint } from './checkpoints.ts';
import { wrongDerived } from './derived-changes.ts';
import { Judged } from './judged.ts';
import { LedgerStep } from './ledger-step.ts';
import { judgeBaseline, judgeBorrowed, judgeResult } from './run-files.ts';
import type { Derived, Finding, HistoryCommit, Walked } from './walked.ts';

/**
 * The ledger of main's history, made again commit by commit from what the commits change, and where one does not follow. Nothing before
 * the first ledger of today's rules is judged: a repository that had results before begins there.
 */

/** What is judged. A commit may change everything else. */
export const WATCHED = [
  EXPERIMENTS,
  BORROWED_FOLDER,
  BASELINES,
  TOKENS,
  LEDGER_PATH,
  CONFIG_PATH,
  LEADERBOARD_PATH,
  CHECKPOINT_PATH,
];

/**
 * Goes on by one commit. `walked` itself is changed: 100,000 copies of it would be the larger part of the work.
 * @param posted is told what the commit posts
 */
export async function walk(
  walked: Walked,
  commit: HistoryCommit,
  posted: (postings: Posting[]) => void = () => {},
): Promise<Finding[]> {
  const judged = new Judged(walked, commit);
  const fileAt = (path: string) => commit.files.find((file) => file.path === path);
  for (const file of commit.files) {
    if (file.isOdd) judged.find(file.path, 'a plain file', 'a link, a program or a folder');
    else if (file.path.startsWith(`${EXPERIMENTS}/`)) judgeResult(judged, file);
    else if (file.path.startsWith(`${BASELINES}/`)) judgeBaseline(judged, file);
    else if (file.path.startsWith(`${BORROWED_FOLDER}/`)) judgeBorrowed(judged, file);
  }
  await new LedgerStep(judged, posted).judge(fileAt(LEDGER_PATH) ?? null);
  judgeCheckpoint(judged);
  for (const one of commit.derived) judgeDerived(judged, one);
  const config = fileAt(CONFIG_PATH);
  if (config) configure(walked, config.after);
  walked.commits += 1;
  // Before the first ledger nothing is judged.
  return walked.begun === null ? [] : judged.findings;
}

function configure(walked: Walked, text: string | null): void {
  const config = parseConfig(text);
  walked.prices = config.ok ? pricesOf(config.value) : null;
  walked.key = (config.ok && config.value.ledger?.key) || null;
}

function judgeCheckpoint(judged: Judged): void {
  const { files } = judged.commit;
  const { key, ledger } = judged.walked;
  const isAsked = files.some(({ path }) => path === LEDGER_PATH || path === CHECKPOINT_PATH);
  if (key === null || ledger === null || !isAsked) return;
  judged.findAll(CHECKPOINT_PATH, wrongCheckpoint(files, key, ledger));
}

const TOKEN = new RegExp(`^${TOKENS}/([a-z0-9-]+)/(\\d+)[.]json$`);

function judgeDerived(judged: Judged, { path, expected }: Derived): void {
  const { tokens } = judged.walked;
  const file = judged.commit.files.find((one) => one.path === path);
  judged.findAll(path, wrongDerived(file, expected));
  const after = file?.after ?? null;
  const [, track, number] = TOKEN.exec(path) ?? [];
  if (track === undefined || after === null) return;
  const next = own(tokens, track) ?? Number(number);
  if (Number(number) !== next)
    judged.find(path, `${TOKENS}/${track}/${next}.json first`, 'that one is missing');
  tokens[track] = Number(number) + 1;
}

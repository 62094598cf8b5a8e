import type { Description } from '../formats/description.ts';
import type { Parsed } from '../parsed.ts';
import { unreadable } from '../python/readable.ts';
import { inline } from '../text/harmless/github.ts';
import { firstUnseen } from '../text/unseen.ts';

/** May this pull request use a machine's time? Every problem is named, with how to fix it. */

export const TRAIN_PATH = 'train/train.py';
const FILE_LIMIT_BYTES = 64 * 1024;

export interface FileEntry {
  oid: string;
  /** Git's mode in octal, e.g. 100644. */
  mode: string;
  size: number;
  /** Null when git calls it binary or it is too large to be shown. */
  text: string | null;
}

export interface ChangedFile {
  path: string;
  change: 'added' | 'deleted' | 'renamed' | 'copied' | 'modified' | 'changed';
}

export interface PullRequest {
  base: string;
  changedFiles: number;
  /** The first twenty that change; null when GitHub does not say, as of a diff that is too large for it. */
  files: ChangedFile[] | null;
  file: FileEntry | null;
  description: Parsed<Description>;
}

export interface Rules {
  defaultBranch: string;
  tracks: string[];
  primary: string;
  /** Tracks the pull request asks for. */
  asked: string[];
  /** What the reader's git calls main, in a command to type: `upstream/main` in a clone that has joined. */
  mainRef?: string;
  /** It was let through before: a track that the configuration has lost since is left out, the others go on. */
  admitted: boolean;
}

/** One rule, what it saw where nothing is wrong, and what it found wrong. */
export interface Checked {
  rule: 'base' | 'paths' | 'file' | 'description';
  saw: string;
  problems: string[];
}

/** Every rule, in order. */
export function checksOf(pull: PullRequest, rules: Rules): Checked[] {
  const { base, files, file, description } = pull;
  return [
    { rule: 'base', saw: inline(base, 80), problems: baseProblems(pull, rules) },
    {
      rule: 'paths',
      saw: files?.map((changed) => inline(changed.path, 120)).join(', ') || 'nothing changed',
      problems: pathProblems(pull, rules),
    },
    {
      rule: 'file',
      saw: file ? `${file.size} bytes, mode ${file.mode}` : 'no file',
      problems: file ? fileProblems(file) : [],
    },
    {
      rule: 'description',
      saw: description.ok
        ? `a hypothesis of ${description.value.hypothesis.length} characters; tracks ${rules.asked.join(', ')}`
        : '',
      problems: descriptionProblems(description, rules),
    },
  ];
}

/** What is wrong, by all rules together. */
export function problemsOf(pull: PullRequest, rules: Rules): string[] {
  return checksOf(pull, rules).flatMap(({ problems }) => problems);
}

function baseProblems(pull: PullRequest, rules: Rules): string[] {
  if (pull.base === rules.defaultBranch) return [];
  return [
    `the base branch is ${inline(pull.base, 80)}: it must be \`${rules.defaultBranch}\`; change it with "Edit" beside the title`,
  ];
}

function pathProblems(
  { files, changedFiles, file }: PullRequest,
  { asked, primary, mainRef }: Rules,
): string[] {
  if (files === null || (changedFiles > 0 && files.length === 0))
    return [
      `GitHub does not say which files this pull request changes (it counts ${changedFiles}); the diff may be too large for it, and nothing is measured unseen: push a branch that begins at main and changes \`${TRAIN_PATH}\` alone`,
    ];
  if (changedFiles === 0 && asked.some((track) => track !== primary)) return []; // main's own file, measured elsewhere
  if (changedFiles === 0)
    return [
      `nothing is changed: edit \`${TRAIN_PATH}\`; main's own file can be measured on another track than ${primary}, with \`track: NAME\``,
    ];
  const problems: string[] = [];
  const others = files.filter((changed) => changed.path !== TRAIN_PATH);
  if (others.length > 0) {
    const named = others.slice(0, 10).map((changed) => inline(changed.path, 120));
    const more = changedFiles - (files.length - others.length) - named.length;
    problems.push(
      `only \`${TRAIN_PATH}\` may change, and this pull request also changes ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ${takeBack(others.length, mainRef)}`,
    );
  }
  const own = files.find((changed) => changed.path === TRAIN_PATH);
  if (file === null || own?.change === 'deleted')
    problems.push(`\`${TRAIN_PATH}\` is gone: restore it as a regular file at the same path`);
  else if (own?.change === 'renamed' || own?.change === 'copied')
    problems.push(`another file was moved to \`${TRAIN_PATH}\`: edit the file in place`);
  return problems;
}

/** The bot does not know the names of the author's remotes. */
function takeBack(files: number, mainRef = 'upstream/main'): string {
  return `take ${files === 1 ? 'it' : 'them'} back with \`git checkout ${mainRef} -- PATH\``;
}

/** Why a text cannot be measured as `train/train.py`. */
export function textCannotBeMeasured(text: string): string[] {
  const size = new TextEncoder().encode(text).length;
  return fileProblems({ oid: '', mode: '100644', size, text });
}

function fileProblems(file: FileEntry): string[] {
  const problems: string[] = [];
  if (file.mode === '120000') return [`\`${TRAIN_PATH}\` is a symbolic link: it must be a regular file`];
  if (file.mode === '100755')
    problems.push(`\`${TRAIN_PATH}\` is executable: run \`git update-index --chmod=-x ${TRAIN_PATH}\``);
  else if (file.mode !== '100644')
    return [`\`${TRAIN_PATH}\` has mode ${file.mode}: it must be a regular file, 100644`];
  if (file.size === 0) problems.push(`\`${TRAIN_PATH}\` is empty`);
  else if (file.size > FILE_LIMIT_BYTES)
    problems.push(
      `\`${TRAIN_PATH}\` has ${file.size} bytes: at most ${FILE_LIMIT_BYTES} (64 KiB), so that people can read it`,
    );
  else problems.push(...textProblems(file));
  return problems;
}

function textProblems({ text, size }: FileEntry): string[] {
  if (text === null || text.includes('\0')) return [`\`${TRAIN_PATH}\` is binary: it must be text in UTF-8`];
  if (new TextEncoder().encode(text).length !== size)
    return [`\`${TRAIN_PATH}\` is not UTF-8: save it in UTF-8`];
  // What editors write and Python skips: a byte order mark at the start, carriage returns, form feeds.
  const hidden = firstUnseen(text.replace(/^\ufeff|[\r\f]/g, ' '));
  if (!hidden) return unreadable(text).map((problem) => `\`${TRAIN_PATH}\`: ${shownProblem(problem)}`);
  return [
    `line ${hidden.line} of \`${TRAIN_PATH}\` holds ${hidden.name}, an invisible character that can make code look like other code: remove it, or write it as an escape`,
  ];
}

/** A problem that quotes the author's own characters is shown as code. */
function shownProblem(problem: string): string {
  return /^[\w\s`.,:;()*=/-]*$/.test(problem) ? problem : inline(problem.replaceAll('`', "'"), 300);
}

function descriptionProblems(description: Parsed<Description>, rules: Rules): string[] {
  if (!description.ok) return description.problems.map((problem) => `description: ${escaped(problem)}`);
  const unknown = rules.asked.filter((track) => !rules.tracks.includes(track));
  if (unknown.length === 0 || (rules.admitted && unknown.length < rules.asked.length)) return [];
  const shown = unknown.map((track) => inline(track, 40)).join(', ');
  return [`description: \`track\` names ${shown}: the tracks here are ${rules.tracks.join(', ')}`];
}

/** A problem may quote the author: it is shown as code unless it is our words alone. */
function escaped(problem: string): string {
  return /^[\w\s`.,:;()*#'"?=/-]*$/.test(problem) && !/#\d|:\/\/|``/.test(problem)
    ? problem
    : inline(problem, 400);
}

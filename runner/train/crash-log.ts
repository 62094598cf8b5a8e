import { hostname } from 'node:os';
import { basename } from 'node:path';
import { LOG_LIMIT, type Report } from '../../core/formats/report.ts';
import { replaceSecrets } from './secret-words.ts';

// A report is public. It holds what is needed to understand a crash: the last lines that the stranger's program printed, with the
// traceback. No files of the owner are mounted (sandbox/view/secrets.ts). If some are visible nevertheless, names and text that looks
// like a secret are removed here. A program that encodes a secret is limited by the size of the log.

const LINE_LIMIT = 300;
/** Characters of standard output, and of the text before the traceback. */
const BEFORE_LINES = 20;
const TRACEBACK = 'Traceback (most recent call last):';
const CUT = '...';

/** Words that reveal who owns this machine, and where files are on it. */
export interface Surroundings {
  /** The run's work folder, whose placed files are named by their own names alone. */
  work: string;
  /** The Python environment's folder; null for a container's own. */
  environment: string | null;
  env: NodeJS.ProcessEnv;
}

/** Names of users and hosts that identify no person. */
const COMMON_NAME = /^(root|runner|descent|localhost|ubuntu|debian|.{0,2})$/i;

/** Whether the end of a program's output says why it was not scored. */
export function needsLog({ reason }: Pick<Report, 'reason'>): boolean {
  return ['training-exception', 'training-out-of-memory', 'model-exception'].includes(reason?.code ?? '');
}

/** @param text harmless output of one program, standard error last */
export function crashLog(text: string, around: Surroundings): string {
  const lines = replaceSecrets(withoutHost(text, around))
    .split('\n')
    .map((line) => (line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT).toWellFormed()}${CUT}` : line));
  const start = lines.lastIndexOf(TRACEBACK);
  const before = lines.slice(0, start < 0 ? lines.length : firstOfChain(lines, start)).slice(-BEFORE_LINES);
  const after = start < 0 ? [] : lines.slice(firstOfChain(lines, start));
  return withinLimit(before, after);
}

/** `During handling of the above exception` and its like: a chain of tracebacks is one. */
function firstOfChain(lines: string[], last: number): number {
  const chained = /exception(?: occurred)?:$/.test(lines[last - 2] ?? '');
  const earlier = chained ? lines.lastIndexOf(TRACEBACK, last - 1) : -1;
  return earlier < 0 ? last : firstOfChain(lines, earlier);
}

/** The whole traceback if it fits, or its head and as much of its end as fits. Then as much as fits of the text before it. */
function withinLimit(before: string[], traceback: string[]): string {
  const head = traceback.slice(0, 7);
  const rest = endOf(traceback.slice(7), LOG_LIMIT - length(head) - CUT.length - 1);
  const gap = rest.length < traceback.length - head.length ? [CUT] : [];
  const shown = [...head, ...gap, ...rest];
  return [...endOf(before, LOG_LIMIT - length(shown)), ...shown].join('\n');
}

/** As many whole lines from the end as fit into so many characters. */
function endOf(lines: string[], room: number): string[] {
  let [first, left] = [lines.length, room];
  while (first > 0 && lines[first - 1]!.length + 1 <= left) left -= lines[--first]!.length + 1;
  return lines.slice(first);
}

function length(lines: string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function withoutHost(text: string, { work, environment, env }: Surroundings): string {
  const paths: [string, string][] = [
    [`${work}/placed/`, ''],
    [work, '<work>'],
    ...(environment === null ? [] : [[environment, '<python>'] as [string, string]]),
    ...[env.HOME, env.DESCENT_CACHE, env.TMPDIR, env.RUNNER_WORKSPACE, env.GITHUB_WORKSPACE]
      .filter((path) => path !== undefined && path.length > 1)
      .map((path): [string, string] => [path!, '<folder>']),
  ];
  const known = paths.reduce((said, [path, by]) => said.replaceAll(path, by), text);
  const names = [env.USER, env.LOGNAME, env.SUDO_USER, basename(env.HOME ?? ''), hostname(), env.RUNNER_NAME];
  return [...new Set(names)]
    .filter((name) => name !== undefined && !COMMON_NAME.test(name))
    .reduce<string>((said, name) => said.replaceAll(word(name!), '<name>'), known)
    .replaceAll(/\/(home|Users|root)(\/[^/\s"':,)]+)?/g, (path, top, name) =>
      top === 'root' ? path.replace('/root', '~') : name === undefined ? path : '~',
    );
}

function word(name: string): RegExp {
  return new RegExp(`(?<!\\w)${name.replaceAll(/[^\w\s]/g, '\\$&')}(?!\\w)`, 'gi');
}

import { inertLine } from '../../core/text/harmless/log.ts';
import type { Finding, Status } from './finding.ts';

const SIGNS: Record<Status, string> = { ok: 'ok  ', warn: 'warn', fail: 'FAIL', skip: '-   ' };
const WIDTH = 18;

/** Text for a terminal: one line per check, what to do below it, and a last line that says whether a runner would start. */
export function render(findings: Finding[]): string {
  const lines = findings.flatMap(({ status, name, found, remedy }) => [
    `${SIGNS[status]}  ${name.padEnd(WIDTH)} ${inertLine(found)}`,
    ...(remedy === null ? [] : [`${' '.repeat(WIDTH + 7)}to do: ${inertLine(remedy, 1000)}`]),
  ]);
  return `${[...lines, '', lastWord(findings)].join('\n')}\n`;
}

function lastWord(findings: Finding[]): string {
  const failed = findings.filter(({ status }) => status === 'fail');
  const unsafe = failed.filter(({ safety }) => safety).map(({ name }) => name);
  if (unsafe.length > 0) return `No runner starts on this machine: ${unsafe.join(', ')}.`;
  if (failed.length > 0)
    return `Safe, but no measurement will succeed: ${failed.map(({ name }) => name).join(', ')}.`;
  return 'This machine can measure.';
}

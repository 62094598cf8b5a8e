import { withoutUnseen } from '../unseen.ts';

/** Text of a stranger made harmless: one function for each medium the runner writes to. */

/** For the report's log: text of many lines without terminal escapes, control characters or invisible marks. */
export function inertLog(text: string): string {
  return withoutUnseen(text);
}

/**
 * For one line on a terminal that may also be a workflow's log, where the Actions runner obeys `::command::` after white
 * space and `##[command]` anywhere: both are broken by a space.
 */
export function inertLine(text: string, limit = 500): string {
  const line = inertLog(text).replace(/\s+/g, ' ').trim();
  const cut = line.length > limit ? `${withoutUnseen(line.slice(0, limit))}...` : line;
  return cut.replace(/:(?=:)/g, ': ').replace(/##(?=\[)/g, '## ');
}

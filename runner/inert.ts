/** Text of a stranger made harmless: one function for each medium the runner writes to. */

// C0 and C1 but tab and newline, DEL, zero-width and direction marks, line and paragraph separators, tags, byte order mark.
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
// Escape sequences of terminals, whole, so that their parameters do not stay behind as litter.
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** For the report's log: text of many lines without terminal escapes, control characters or invisible marks. */
export function inertLog(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(UNSEEN, '');
}

/**
 * For one line on a terminal that may also be a workflow's log, where the Actions runner obeys `::command::` after white
 * space and `##[command]` anywhere: both are broken by a space.
 */
export function inertLine(text: string, limit = 500): string {
  const line = inertLog(text).replace(/\s+/g, ' ').trim();
  const cut = line.length > limit ? `${line.slice(0, limit).toWellFormed()}...` : line;
  return cut.replace(/:(?=:)/g, ': ').replace(/##(?=\[)/g, '## ');
}

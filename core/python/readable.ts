import { programOf } from './python.ts';

/** A longer run of characters without a blank is packed data, not a line of code. */
const LONGEST_RUN = 500;
/** Of this many lines in a row without a blank between signs, as base64 has them, the same is true. */
const PACKED_LINES = 20;

/**
 * What keeps a file from being run, or from being read by people: each with its line and what to do. Mixed tabs and spaces are
 * left to the machine, whose crash is put on record as it always was.
 */
export function unreadable(file: string): string[] {
  const program = programOf(file);
  if ('why' in program) return program.tabs ? [] : [`line ${program.line} is no Python: ${program.why}`];
  const hides = program.hides.map(
    ({ what, line }) =>
      `line ${line} ${what}, which can run hidden code: write the code itself, and rename your own variables (\`torch.compile\` and \`model.eval\` are fine)`,
  );
  return [...new Set(hides)].slice(0, 5).concat(packed(file));
}

function packed(file: string): string[] {
  const lines = file.split(/\r\n?|\n/);
  let inRow = 0;
  for (const [i, line] of lines.entries()) {
    if (line.split(/\s+/).some((run) => run.length > LONGEST_RUN))
      return [
        `line ${i + 1} holds more than ${LONGEST_RUN} characters without a blank: packed data, which is not allowed`,
      ];
    inRow = /^[^\s]{60,}\\?$/.test(line.trim()) ? inRow + 1 : 0;
    if (inRow >= PACKED_LINES)
      return [
        `the lines before ${i + 2} hold packed data: ${PACKED_LINES} lines in a row without a blank, which is not allowed`,
      ];
  }
  return [];
}

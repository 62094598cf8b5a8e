/** What a unified diff is about: the changed lines, and the Python names in them. */

/** Added and removed lines with their sign, without the file's headers and without blank ones. */
export function changedLines(diff: string): string[] {
  return diff
    .split('\n')
    .filter((line) => /^[+-]/.test(line) && !/^(\+\+\+|---)( |$)/.test(line) && line.slice(1).trim() !== '');
}

/** The text for full-text search: the changed lines, and the function around them. */
export function diffText(diff: string): string {
  const functions = [...diff.matchAll(/^@@[^@\n]*@@ ?(.*)$/gm)].map((match) => match[1]!);
  return [...changedLines(diff).map((line) => line.slice(1)), ...functions].join('\n');
}

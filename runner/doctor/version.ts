/** The first version number in a text, e.g. `bubblewrap 0.11.0` -> [0, 11, 0]; null when there is none. */
export function versionIn(text: string): number[] | null {
  const found = /\d+(?:\.\d+)+/.exec(text)?.[0];
  return found === undefined ? null : found.split('.').map(Number);
}

/** Is `version` at least `least`? Missing parts count as 0. */
export function atLeast(version: number[], least: number[]): boolean {
  for (const i of Array(Math.max(version.length, least.length)).keys()) {
    const difference = (version[i] ?? 0) - (least[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

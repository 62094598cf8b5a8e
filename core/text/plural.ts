/** `#41, #43`. */
export function pullNames(pulls: readonly number[]): string {
  return pulls.map((pull) => `#${pull}`).join(', ');
}

/** `1 record`, `2 records`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

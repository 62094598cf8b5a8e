/** `#41, #43`. */
export function pullNames(pulls: readonly number[]): string {
  return pulls.map((pull) => `#${pull}`).join(', ');
}

/** `1 record`, `2 records`, `12,345 records`. */
export function count(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** A whole number with its thousands apart, the same in every place: `12,345`. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

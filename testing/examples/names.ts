/** Names that the examples share. */

export const NOW = '2026-11-23T12:00:00.000Z';
export const sha = (digit: string) => digit.repeat(40);
export const MAIN_BLOB = sha('a');
export const BLOB = sha('b');
export const HEAD = sha('c');

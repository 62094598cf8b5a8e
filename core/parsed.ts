/** What can be wrong is a value: either what was asked for, or sentences that say what is wrong and how to fix it. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: string[] };

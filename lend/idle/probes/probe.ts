/** One thing that says whether the machine may be lent now. Each is one file. */
export interface Probe {
  name: string;
  read(signal: AbortSignal): Promise<Reading>;
  /** Left out: it is read as often as the watch looks. */
  everySeconds?: number;
}

/** `unknown` counts as busy. `absent`: the machine lacks what the probe reads; it has no say. */
export interface Reading {
  verdict: 'free' | 'busy' | 'unknown' | 'absent';
  /** For people. */
  why: string;
}

export const free = (why: string): Reading => ({ verdict: 'free', why });
export const busy = (why: string): Reading => ({ verdict: 'busy', why });
export const unknown = (why: string): Reading => ({ verdict: 'unknown', why });
export const absent = (why: string): Reading => ({ verdict: 'absent', why });

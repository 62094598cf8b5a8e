/** A text that Python refuses: where, and why. */
export class NotPythonError extends Error {
  override name = 'NotPythonError';
  readonly at: number;
  /** Only the width of a tab decides what it says: Python's TabError. */
  readonly tabs: boolean;

  /** @param at offset in the text as Python reads it, see `source.ts` */
  constructor(message: string, at: number, tabs = false) {
    super(message);
    this.at = at;
    this.tabs = tabs;
  }
}

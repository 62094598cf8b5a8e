/** A text that Python refuses: where, and why. */
export class NotPython extends Error {
  override name = 'NotPython';
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

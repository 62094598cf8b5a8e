/** A text that Python refuses: where, and why. */
export class NotPython extends Error {
  override name = 'NotPython';
  readonly at: number;

  /** @param at offset in the text as Python reads it, see `source.ts` */
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

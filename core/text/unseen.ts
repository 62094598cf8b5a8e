/**
 * The one list of characters that are invisible, or that change how text is shown: control characters but tab and newline, format
 * characters, whatever Unicode lets a font leave out, line separators, and letters that are drawn as a blank. Signs of
 * numbers and verses in Arabic, Syriac and Kaithi are format characters too, but have a shape: they stay.
 */
const UNSEEN =
  /[[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\u2800\u{1d159}]--[\t\n\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]]/v;

/**
 * An emoji of the list that Unicode keeps (RGI) is left whole, joiners and variation selectors included: without them one family becomes
 * four people. The list is closed, so that nothing can be hidden in it.
 */
const UNSEEN_OR_EMOJI = new RegExp(`(${UNSEEN.source})|(?=\\p{Emoji})\\p{RGI_Emoji}`, 'gv');

/** Terminal sequences go as a whole, so that their tails do not stay behind as litter. */
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** Puts something else in the place of each unseen character. */
export function replaceUnseen(text: string, by: (character: string) => string): string {
  if (!UNSEEN.test(text)) return text;
  return text.replace(UNSEEN_OR_EMOJI, (emoji, unseen?: string) =>
    unseen === undefined ? emoji : by(unseen),
  );
}

/** The text without them, and without half characters and terminal sequences. Line ends become newlines. */
export function withoutUnseen(text: string): string {
  return replaceUnseen(text.toWellFormed().replace(/\r\n?/g, '\n').replace(ESCAPES, ''), () => '');
}

/** The first unseen character with its line, from 1; null where there is none. */
export function firstUnseen(text: string): { name: string; line: number } | null {
  if (!UNSEEN.test(text)) return null;
  for (const { 1: unseen, index } of text.matchAll(UNSEEN_OR_EMOJI)) {
    if (unseen === undefined) continue;
    const name = `U+${unseen.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
    return { name, line: text.slice(0, index).split('\n').length };
  }
  return null;
}

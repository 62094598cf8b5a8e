/** XML has no form at all for most control characters, and its text must not hold the end of a CDATA section. */
export function legal(text: string): string {
  return text
    .replaceAll(']]>', ']] >')
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '');
}

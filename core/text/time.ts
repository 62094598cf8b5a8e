/** A moment as people read it, to the minute: `2026-11-27 20:15`. @param at ISO 8601, in UTC */
export function minuteOf(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

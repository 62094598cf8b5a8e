import type { z } from 'zod';
import { inertJson } from '../text/harmless/terminal.ts';

/** JSON as the text of a check run: readable on GitHub's page, since it stands in a fence, and parsed again. */

const BEGIN = '```json\n';
const END = '\n```';

/** What may stand in the fence: escapes keep an author's text from closing it. */
export function fenceable(value: unknown): string {
  return inertJson(value, 0).replaceAll('`', '\\u0060');
}

/** @param json as `fenceable` makes it */
export function fenced(json: string): string {
  return `${BEGIN}${json}${END}`;
}

/** Null where the text is no such fence, or holds something else. */
export function unfenced<T>(text: string | null | undefined, schema: z.ZodType<T>): T | null {
  if (!text?.startsWith(BEGIN) || !text.endsWith(END)) return null;
  try {
    return schema.safeParse(JSON.parse(text.slice(BEGIN.length, -END.length))).data ?? null;
  } catch {
    return null; // not JSON
  }
}

import type { z } from 'zod';
import type { Parsed } from '../parsed.ts';
import { parseStrictJson } from './strict-json.ts';

/** Text of JSON against a strict schema: every problem names the key. */
export function parseJsonFile<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  try {
    const parsed = schema.safeParse(parseStrictJson(text));
    if (parsed.success) return { ok: true, value: parsed.data };
    const problems = parsed.error.issues.slice(0, 5);
    return { ok: false, problems: problems.map(({ path, message }) => `\`${path.join('.')}\`: ${message}`) };
  } catch (error) {
    return { ok: false, problems: [`it is not JSON: ${(error as Error).message}`] };
  }
}

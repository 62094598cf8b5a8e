import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Parsed } from '../../parsed.ts';
import { cut } from '../../text/cut.ts';
import { keyNote } from './dropped.ts';

/** YAML written by people, against a strict schema: every problem names the key, the value and what would be right. */

const SHOWN = 60;

const FIXES: Record<string, string> = {
  DUPLICATE_KEY: 'write each key once',
  MULTIPLE_DOCS: 'write one document, without lines of `---` or `...`',
};

function shown(value: unknown): string {
  return cut(JSON.stringify(value) ?? String(value), SHOWN);
}

function at(root: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null)?.[key], root);
}

function sentence(issue: z.core.$ZodIssue, input: unknown): string {
  const key = issue.path.map(String).join('.') || 'the whole block';
  if (issue.code === 'unrecognized_keys') {
    const where = issue.path.length ? ` in \`${key}\`` : '';
    return `unknown key ${issue.keys.map((name) => `\`${shown(name).slice(1, -1)}\``).join(', ')}${where}: remove it, or check its spelling`;
  }
  const value = at(input, issue.path);
  if (value === undefined) return `\`${key}\` is missing: add it (${issue.message})`;
  return `\`${key}\` is ${shown(value)}: ${issue.message}`;
}

/** Aliases are refused: a few lines of them grow to gigabytes. */
export function parseStrictYaml<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0)
    return {
      ok: false,
      problems: document.errors.slice(0, 5).map((error) => {
        const { line } = lines.linePos(error.pos[0]);
        return `not YAML, line ${line}${keyNote(text, line)}: ${error.message}; ${FIXES[error.code] ?? 'if the value is a sentence, put it in quotes'}`;
      }),
    };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    return { ok: false, problems: [`not usable YAML: ${(error as Error).message}`] };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: parsed.error.issues.slice(0, 20).map((issue) => sentence(issue, value)) };
}

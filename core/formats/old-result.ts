import { z } from 'zod';
import { UNSAID } from './run.ts';

/**
 * Records of before 2026-11-27 have the log beside authorText, and a sentence of a machine's owner as the reason of a run that
 * was not scored. That sentence goes where untrusted text is. For a day records had the diff in authorText.
 */
export function upgraded(value: unknown): unknown {
  const nested = nestedSchema.safeParse(value).data;
  if (nested !== undefined) {
    const { diff, ...authorText } = nested.authorText;
    return { ...nested, diff, authorText };
  }
  const record = oldSchema.safeParse(value).data;
  if (record === undefined) return value;
  const { log, reason, authorText, ...rest } = record;
  const code = reason.code as keyof typeof UNSAID;
  const said = Object.hasOwn(UNSAID, code) ? UNSAID[code] : reason.text;
  const words = said === reason.text ? [] : [reason.text];
  return {
    ...rest,
    reason: { ...reason, text: said },
    authorText: { ...authorText, log: [...words, ...(log === null ? [] : [log])].join('\n') || null },
  };
}

const nestedSchema = z.looseObject({ authorText: z.looseObject({ diff: z.string() }) });
const oldSchema = z.looseObject({
  log: z.string().nullable(),
  reason: z.looseObject({ code: z.string(), text: z.string() }),
  authorText: z.looseObject({}),
});

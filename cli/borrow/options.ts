import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { CommandError } from '../../core/errors.ts';
import { inputSchema, keepSchema, MOST_COPIES } from '../../core/formats/borrowing/request.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';

/** What `descent borrow` was asked for. Every option is checked before anything happens. */

const schema = z.strictObject({
  file: z.string().min(1).default(TRAIN_PATH),
  track: z.string().min(1).optional(),
  data: z.string().min(1).optional(),
  seconds: z.int().min(1).optional(),
  copies: z.int().min(1).max(MOST_COPIES).default(1),
  keep: keepSchema.default('weights'),
  input: inputSchema.optional(),
  identity: z.string().min(1).optional(),
  yes: z.boolean().default(false),
  wait: z.boolean().default(false),
  collect: z.int().positive().optional(),
  into: z.string().min(1).optional(),
  json: z.boolean().default(false),
});
export type BorrowOptions = z.infer<typeof schema>;

export function parseBorrowOptions(given: Record<string, unknown>): BorrowOptions {
  const { input: url, inputSha256: sha256, ...rest } = given;
  const input = url === undefined && sha256 === undefined ? undefined : { url, sha256 };
  const parsed = schema.safeParse({ ...rest, ...(input && { input }) });
  const wrong = (what: string) => new CommandError(what, `See \`${DESCENT} borrow --help\`.`);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw wrong(`--${path.join('-') || 'options'}: ${message}`);
  }
  const { collect, into, seconds } = parsed.data;
  if (collect === undefined && seconds === undefined)
    throw wrong('say for how long with --seconds, or what to fetch with --collect');
  if (collect !== undefined && into === undefined) throw wrong('say where the outcomes go with --into');
  return parsed.data;
}

import type { z } from 'zod';
import type { Context } from '../core/context.ts';
import { isBroken } from '../memory/index/store.ts';
import { forgetIndex, type Memory, type OpenOptions } from '../memory/memory.ts';
import type { GitHub } from './github/client.ts';

/**
 * One thing that an agent can do. The command line and the MCP server offer the same verbs: both validate `input`, `run` does
 * the work and returns a plain JSON value, `render` turns that value into text for people.
 */
export interface Verb<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  name: string;
  summary: string;
  /** The words after the name of the command line. */
  examples: string[];
  input: Input;
  /** Input keys given without a flag, in order. */
  positional: (keyof z.infer<Input> & string)[];
  /** Whether it changes GitHub or the clone: it only adds, or it may replace, close or delete. */
  writes?: 'adds' | 'replaces';
  /** What it answers: `--json` and the tool of the Model Context Protocol say it, strangers' words marked (`marked`). */
  output: Output;
  run(setting: Setting, input: z.infer<Input>): Promise<z.output<Output>>;
  /** Text for a terminal; whatever strangers wrote has gone through `inert`. */
  render(value: z.output<Output>): string;
  /** Exit status of the command; 0 without it. */
  status?(value: z.output<Output>): number;
}

/** What a verb works with. Verbs open the memory and GitHub only if they need them. */
export interface Setting {
  context: Context;
  memory(options?: Pick<OpenOptions, 'verdictsOnly' | 'witnessed'>): Promise<Memory>;
  /** `write` fails without a token, and says how to get one. */
  github(needs?: 'read' | 'write'): Promise<GitHub>;
  /** A file that the caller names, relative to where they stand. */
  reads(path: string): Promise<string>;
  /** The same for a file to write. @param replaceable what may be there already, where the caller is not at the keyboard */
  writes(path: string, replaceable: string[]): Promise<string>;
  /** The caller waits no longer than this. A longer call answers before it is done. */
  limitSeconds: number;
  /** Aborted when the caller is gone. */
  signal: AbortSignal;
  /** Whether to ask GitHub too, not only the clone. */
  fresh: boolean;
  /** The commit to read instead of main. */
  ref: string | undefined;
}

/** Runs a verb. If the index turns out to be broken, it is deleted and the verb runs once more with a new one. */
export async function perform(
  verb: Verb,
  setting: Setting,
  input: Record<string, unknown>,
): Promise<unknown> {
  try {
    return await verb.run(setting, input);
  } catch (error) {
    if (!isBroken(error)) throw error;
    await forgetIndex(setting.context);
    return await verb.run(setting, input);
  }
}

/** Keeps the types of a verb together while the lists of verbs forget them. */
export function verb<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: Verb<Input, Output>,
): Verb {
  return definition as unknown as Verb;
}

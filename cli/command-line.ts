import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { DESCENT } from '../core/command-name.ts';
import type { Context } from '../core/context.ts';
import { CommandError } from '../core/errors.ts';
import { inertJson } from '../core/text/harmless/terminal.ts';
import { settingOf } from './setting.ts';
import { marked } from './untrusted.ts';
import { perform, type Verb } from './verb.ts';

/** Turns a verb into a command: its input's keys become arguments and options, its answer text or JSON. */

interface Field {
  type?: string;
  description?: string;
  enum?: string[];
  default?: unknown;
}

export function addVerb(
  program: Command,
  verb: Verb,
  context: Context,
  exit: (status: number) => void,
): void {
  const command = program.command(verb.name).description(verb.summary);
  const { properties, required = [] } = z.toJSONSchema(verb.input, { io: 'input' });
  const fields = Object.entries((properties ?? {}) as Record<string, Field>);
  for (const key of verb.positional) {
    const field = properties?.[key] as Field;
    const name = field.type === 'array' ? `${key}...` : key;
    command.argument(
      required.includes(key) ? `<${name}>` : `[${name}]`,
      field.description ?? '',
      reader(field),
    );
  }
  for (const [key, field] of fields) {
    if (!verb.positional.includes(key)) command.addOption(option(key, field));
  }
  command.option('--json', 'answer one JSON document');
  command.option('--fresh', 'fetch main and ask GitHub first');
  command.option('--ref <commit>', 'read another commit than main');
  command.addHelpText(
    'after',
    `\nExamples:\n${verb.examples.map((line) => `  $ ${DESCENT} ${line}`).join('\n')}\n`,
  );
  command.action(async (...given: unknown[]) => {
    const flags = command.opts();
    const { json, fresh, ref, ...rest } = flags;
    const positional = Object.fromEntries(verb.positional.map((key, i) => [key, given[i]]));
    exit(await run(verb, { ...rest, ...positional }, { json, fresh, ref }, context));
  });
}

/** @returns the exit status. Throws a CommandError for input that the verb does not accept. */
async function run(
  verb: Verb,
  raw: Record<string, unknown>,
  flags: { json?: boolean; fresh?: boolean; ref?: string },
  context: Context,
): Promise<number> {
  const input = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
  const parsed = verb.input.safeParse(input);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    const key = String(path[0] ?? '');
    const name = verb.positional.includes(key) ? key : flagOf(key);
    const what = key !== '' && !(key in input) ? `${name} is missing` : `${path.join('.')}: ${message}`;
    throw new CommandError(what, `See \`${DESCENT} ${verb.name} --help\`.`);
  }
  const setting = settingOf(context, flags);
  const value = await perform(verb, setting, parsed.data);
  context.out(flags.json ? `${inertJson(marked(value))}\n` : verb.render(value));
  return verb.status?.(value) ?? 0;
}

function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function option(key: string, field: Field): Option {
  const flag = flagOf(key);
  const made = new Option(
    field.type === 'boolean' ? flag : `${flag} <${valueName(field)}>`,
    field.description,
  );
  if (field.enum) made.choices(field.enum);
  else if (field.type !== 'boolean') made.argParser(reader(field));
  if (field.default !== undefined) made.default(field.default);
  return made;
}

function valueName(field: Field): string {
  if (field.type === 'integer' || field.type === 'number') return 'n';
  return field.type === 'array' ? 'list' : 'text';
}

/** Turns words of the command line into what the schema expects. The schema then checks the value. */
function reader(field: Field): (text: string, previous: unknown) => unknown {
  if (field.type === 'array') {
    return (text, previous) => [...(Array.isArray(previous) ? previous : []), text];
  }
  if (field.type !== 'integer' && field.type !== 'number') return (text) => text;
  return (text) => {
    const value = Number(text.replace(/^#/, ''));
    if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
    return value;
  };
}

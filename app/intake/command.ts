import { MOST_CREDITS } from '../../core/formats/description.ts';
import { trackNameSchema } from '../../core/formats/run.ts';
import { COMMANDS, type Command } from '../model/command.ts';

/** The grammar of commands: the comment's very first characters, our own names, and nothing else. Other comments are talk. */

const USAGE: Record<(typeof COMMANDS)[number], string> = {
  help: '/help',
  insight: '/insight TEXT',
  rerun: '/rerun',
  cancel: '/cancel',
  approve: '/approve',
  track: '/track NAME',
  sponsor: '/sponsor CREDITS',
};

/** An insight may go on over the following lines; what follows other commands' line is talk. Null: not a command. */
export function parseCommand(body: string): Command | null {
  const text = body.replaceAll('\r\n', '\n');
  const line = text.split('\n', 1)[0]!;
  const match = /^\/([a-z]+)(?:[ \t]+([^\n]*?))?[ \t]*$/.exec(line);
  const name = COMMANDS.find((one) => one === match?.[1]);
  if (!match || !name) return null;
  const rest = match[2] ?? '';
  const malformed: Command = { name: 'malformed', of: name, usage: USAGE[name] };
  if (name === 'insight') {
    const said = `${rest}${text.slice(line.length)}`.trim();
    return said === '' ? malformed : { name, text: said };
  }
  if (name === 'track') return trackNameSchema.safeParse(rest).success ? { name, track: rest } : malformed;
  if (name === 'sponsor') {
    const credits = /^(0|[1-9]\d{0,6})$/.test(rest) ? Number(rest) : null;
    return credits === null || credits > MOST_CREDITS ? malformed : { name, credits };
  }
  return rest === '' ? { name } : malformed;
}

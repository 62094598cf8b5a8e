/**
 * Workflow commands in a step's log, read as the Actions runner reads them: `::name key=value::message` after leading white
 * space, and the older `##[name key=value;]message` anywhere in a line. A stranger's line that looks like a command is executed.
 */

const KNOWN = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

export interface Command {
  name: string;
  properties: { [key: string]: string };
  message: string;
}

/** Reads one step's lines in order; remembers where commands were stopped and what must be masked. */
export class CommandReader {
  /** The word that starts the commands again; null while they are obeyed. */
  #resume: string | null = null;
  readonly executed: Command[] = [];
  readonly masks: string[];

  constructor(masks: string[]) {
    this.masks = masks;
  }

  /** The command the line was, or null for plain text. */
  read(line: string): Command | null {
    const command = parseCommand(line);
    if (!command) return null;
    if (this.#resume !== null) {
      if (command.name === this.#resume) this.#resume = null;
      return null;
    }
    if (!KNOWN.has(command.name)) return null;
    if (command.name === 'stop-commands' && command.message && !KNOWN.has(command.message)) {
      this.#resume = command.message.toLowerCase();
    }
    if (command.name === 'add-mask' && command.message) this.masks.push(command.message);
    this.executed.push(command);
    return command;
  }

  mask(line: string): string {
    return this.masks.reduce((text, secret) => text.replaceAll(secret, '***'), line);
  }
}

export function parseCommand(line: string): Command | null {
  return parseNew(line.trimStart()) ?? parseOld(line);
}

function parseNew(line: string): Command | null {
  if (!line.startsWith('::')) return null;
  const end = line.indexOf('::', 2);
  if (end === -1) return null;
  return command(line.slice(2, end), ',', line.slice(end + 2), { '%3A': ':', '%2C': ',' });
}

function parseOld(line: string): Command | null {
  const start = line.indexOf('##[');
  const end = line.indexOf(']', start);
  if (start === -1 || end === -1) return null;
  return command(line.slice(start + 3, end), ';', line.slice(end + 1), { '%3B': ';', '%5D': ']' });
}

function command(header: string, separator: string, message: string, extra: Escapes): Command {
  const space = header.indexOf(' ');
  const name = (space === -1 ? header : header.slice(0, space)).toLowerCase();
  const pairs = (space === -1 ? '' : header.slice(space + 1))
    .split(separator)
    .map((pair) => pair.trim())
    .filter((pair) => pair.includes('='))
    .map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), decode(pair.slice(equals + 1), { ...extra, ...ESCAPES })];
    });
  return { name, properties: Object.fromEntries(pairs), message: decode(message, ESCAPES) };
}

type Escapes = { [escaped: string]: string };
const ESCAPES: Escapes = { '%0D': '\r', '%0A': '\n', '%25': '%' };

function decode(text: string, escapes: Escapes): string {
  return Object.entries(escapes).reduce((out, [from, to]) => out.replaceAll(from, to), text);
}

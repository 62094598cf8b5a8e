/** A command that a page asks its reader to type. */
export interface Command {
  page: string;
  line: number;
  text: string;
}

/** The commands of a page's bash blocks, one list per block, without comments. Continued lines and here-documents are one command. */
export function blocksOf(page: string, markdown: string): Command[][] {
  const blocks: Command[][] = [];
  let block: Command[] | null = null;
  let open: { command: Command; end: RegExp | null } | null = null;
  for (const [at, text] of markdown.split('\n').entries()) {
    if (block === null) {
      if (text === '```bash') block = [];
    } else if (text === '```') {
      blocks.push(block);
      block = null;
      open = null;
    } else if (open !== null) {
      open.command.text += `\n${text}`;
      if (open.end === null ? !text.endsWith('\\') : open.end.test(text)) open = null;
    } else if (text.trim() !== '' && !text.startsWith('#')) {
      const command = { page, line: at + 1, text };
      block.push(command);
      const document = /<<-?'?(\w+)'?/.exec(text)?.[1];
      if (document !== undefined) open = { command, end: new RegExp(`^${document}$`) };
      else if (text.endsWith('\\')) open = { command, end: null };
    }
  }
  return blocks;
}

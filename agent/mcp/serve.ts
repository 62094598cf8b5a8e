import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Context } from '../context.ts';
import { loadVerbs } from '../verbs.ts';
import { createServer } from './server.ts';

/** `descent mcp`: serves until the client closes standard input. */
export async function serve(context: Context): Promise<void> {
  const server = createServer(context, await loadVerbs());
  const ended = once(process.stdin, 'end');
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}

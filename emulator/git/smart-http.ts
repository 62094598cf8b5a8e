import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Git } from './command.ts';

/** `git clone`, `fetch` and `push` over HTTP: git's own `http-backend`, run as the CGI program it is. */

export interface GitRequest {
  method: string;
  /** Below the repository: `/info/refs`, `/git-upload-pack`, `/git-receive-pack`. */
  path: string;
  query: string;
  headers: Headers;
  body: ReadableStream<Uint8Array> | null;
  remoteUser: string | null;
}

/**
 * `whole` waits for git to end before it answers, so that a client that reads the end of a push's answer finds the push done.
 * Otherwise the answer streams.
 */
export async function serveGit(
  git: Git,
  folder: string,
  request: GitRequest,
  whole: boolean,
): Promise<Response> {
  const child = spawn('git', ['http-backend'], {
    env: {
      ...git.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: request.path,
      QUERY_STRING: request.query,
      CONTENT_TYPE: request.headers.get('content-type') ?? '',
      HTTP_CONTENT_ENCODING: request.headers.get('content-encoding') ?? '',
      GIT_PROTOCOL: request.headers.get('git-protocol') ?? '',
      ...(request.headers.has('content-length') && {
        CONTENT_LENGTH: request.headers.get('content-length')!,
      }),
      ...(request.remoteUser !== null && { REMOTE_USER: request.remoteUser }),
    },
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString('utf8')).slice(-2000);
  });
  const input = request.body ? Readable.fromWeb(request.body as never) : Readable.from([]);
  // A client that goes away mid-request, or a git that stops reading: either way this git is done for.
  const fed = pipeline(input, child.stdin).catch(() => child.kill());
  const chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head = await Promise.race([readHead(chunks), ended.then(() => null)]);
  if (!head) return new Response(`git http-backend: ${complaint}`, { status: 500 });
  async function* rest() {
    yield head!.rest;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  if (!whole) {
    const body = Readable.toWeb(Readable.from(rest())) as ReadableStream<Uint8Array>;
    return new Response(body, { status: head.status, headers: head.headers });
  }
  const body = await buffer(rest());
  await Promise.all([ended, fed]);
  return new Response(body, { status: head.status, headers: head.headers });
}

async function readHead(chunks: AsyncIterator<Buffer>) {
  let seen = Buffer.alloc(0);
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    seen = Buffer.concat([seen, next.value]);
    const end = seen.indexOf('\r\n\r\n');
    if (end === -1) continue;
    const headers = new Headers();
    let status = 200;
    for (const line of seen.toString('latin1', 0, end).split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else headers.append(name, value);
    }
    return { status, headers, rest: seen.subarray(end + 4) };
  }
  return null;
}

import { createServer as createProxy } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Emulator } from '../index.ts';
import { makeCertificate } from './certificate.ts';
import { enterpriseDoor } from './door.ts';

/**
 * The emulator over TLS, as a GitHub Enterprise host of its own name, for clients that insist on https and port 443: gh, act, SDKs.
 * The name is in no DNS and needs no port of root's: clients reach it through a proxy on loopback that leads nowhere else.
 */

/** No such name exists outside: `.test` is reserved for this. */
export const HOST = 'github.descent.test';

export interface EnterpriseHost {
  /** `https://github.descent.test`: git below it, the API at `/api/v3`. */
  url: string;
  /** For HTTPS_PROXY; knows this one host. */
  proxy: string;
  /** PEM of the certificate that clients have to trust. */
  certificate: string;
  close(): Promise<void>;
}

/** @param folder where the certificate is written */
export async function openEnterpriseHost(emulator: Emulator, folder: string): Promise<EnterpriseHost> {
  const { cert, key, file } = await makeCertificate(folder, HOST);
  const url = `https://${HOST}`;
  const tls = createAdaptorServer({
    fetch: enterpriseDoor(emulator.world, emulator.fetch, url),
    createServer,
    serverOptions: { cert, key },
  });
  const open = new Set<NodeJS.WritableStream & { destroy(): void }>();
  const proxy = createProxy((_, response) => response.writeHead(403).end('only CONNECT is played here\n'));
  proxy.on('connect', (request, socket, head) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy()); // the client went away
    if (request.url !== `${HOST}:443`) {
      socket.end(`HTTP/1.1 403 Forbidden\r\n\r\nthis proxy leads to ${HOST} alone\r\n`);
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) socket.unshift(head);
    tls.emit('connection', socket);
  });
  await new Promise<void>((resolve, reject) => {
    proxy.once('error', reject);
    proxy.listen(0, '127.0.0.1', () => resolve());
  });
  return {
    url,
    proxy: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    certificate: file,
    async close() {
      await new Promise<void>((done) => {
        proxy.close(() => done());
        for (const socket of open) socket.destroy();
      });
    },
  };
}

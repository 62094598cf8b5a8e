import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { Page } from '../../testing/bot/page.ts';
import { Listener } from './listener.ts';

/** Connections to a server that tells all of them the same. */
async function told(): Promise<{ url: string; listeners: Listener[] }> {
  const listeners: Listener[] = [];
  const server = createServer((_request, response) => void listeners.push(new Listener(response, {})));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, listeners };
}

it('one that takes nothing is dropped, and the others get all of it', async () => {
  const { url, listeners } = await told();
  const deaf = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void deaf.destroy());
  deaf.pause();
  deaf.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await expect.poll(() => listeners.length).toBe(1);
  const page = await Page.open(url);
  let left = 0;
  listeners[0]!.onClose(() => {
    left += 1;
  });
  const line = 'x'.repeat(100_000);
  let sent = 0;
  for (; sent < 300 && listeners[0]!.isOpen; sent += 1) {
    for (const listener of listeners) listener.send(line, { id: `0:${sent}` });
    await expect.poll(() => page.lines.length).toBe(sent + 1);
  }
  expect(listeners[0]!.isOpen).toBe(false);
  await expect.poll(() => left).toBe(1);
  listeners[0]!.send('to nobody', {});
  expect(page.isOpen).toBe(true);
  page.close();
});

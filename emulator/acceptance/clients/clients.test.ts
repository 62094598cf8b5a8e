import { expect, test } from 'vitest';
import { acceptClients } from './accept.ts';

test('PyGithub and go-github do what their users do', { timeout: 900_000 }, async (context) => {
  const clients = await acceptClients();
  const missing = clients.filter(({ calls }) => calls === null);
  for (const { client, why } of missing) console.warn(`${client} cannot be installed here: ${why}`);
  for (const { client, calls } of clients)
    if (calls !== null) {
      expect(calls.length, client).toBeGreaterThan(5);
      expect(
        calls.filter(({ ok }) => !ok),
        client,
      ).toEqual([]);
    }
  context.skip(missing.length === clients.length, 'neither pip nor go installs anything here');
});

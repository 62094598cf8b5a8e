import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { World } from './world/world.ts';

/** Downloads by redirect: an unguessable address that is good for a minute and needs no token, as GitHub's storage has it. */

export type Offered = { file: string } | { text: string } | { archive: Uint8Array<ArrayBuffer> };
const MINUTE = 60_000;

export class Storage {
  readonly #world: World;
  readonly #offers = new Map<string, { what: Offered; until: number }>();

  constructor(world: World) {
    this.#world = world;
  }

  offer(what: Offered): string {
    const now = this.#world.now().getTime();
    for (const [key, { until }] of this.#offers) if (until <= now) this.#offers.delete(key);
    const key = randomBytes(24).toString('base64url');
    this.#offers.set(key, { what, until: now + MINUTE });
    return `${this.#world.url}/_storage/${key}`;
  }

  async answer(key: string): Promise<Response> {
    const offer = this.#offers.get(key);
    if (!offer || offer.until <= this.#world.now().getTime())
      return new Response('<Error><Code>AuthenticationFailed</Code></Error>', { status: 403 });
    if ('text' in offer.what)
      return new Response(offer.what.text, { headers: { 'content-type': 'text/plain' } });
    const archive = 'archive' in offer.what ? offer.what.archive : await readFile(offer.what.file);
    return new Response(archive, { headers: { 'content-type': 'application/zip' } });
  }
}

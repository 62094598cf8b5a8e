import type { Actor } from './world/model.ts';
import { fullName, type World } from './world/world.ts';

/** Primary rate limits: HTTP requests per hour for each actor, by resource. */

const HOUR = 3_600_000;
type Resource = 'core' | 'graphql';
interface Window_ {
  used: number;
  resetsAt: number;
}

export interface RateLimit {
  limit: number;
  used: number;
  remaining: number;
  /** Epoch seconds. */
  reset: number;
}

export class RateLimits {
  readonly #world: World;
  readonly #windows = new Map<string, Window_>();

  constructor(world: World) {
    this.#world = world;
  }

  state(actor: Actor, resource: Resource): RateLimit {
    const { used, resetsAt } = this.#window(actor, resource);
    const limit = limitOf(actor);
    return { limit, used, remaining: Math.max(limit - used, 0), reset: Math.ceil(resetsAt / 1000) };
  }

  spend(actor: Actor, resource: Resource): void {
    this.#window(actor, resource).used++;
  }

  #window(actor: Actor, resource: Resource): Window_ {
    const key = `${resource} ${keyOf(actor)}`;
    const now = this.#world.now().getTime();
    const known = this.#windows.get(key);
    if (known && known.resetsAt > now) return known;
    const fresh = { used: 0, resetsAt: now + HOUR };
    this.#windows.set(key, fresh);
    return fresh;
  }
}

function limitOf(actor: Actor): number {
  if (actor.kind === 'anonymous') return 60;
  return actor.kind === 'integration' && actor.job ? 1000 : 5000;
}

function keyOf(actor: Actor): string {
  if (actor.kind === 'anonymous') return 'anonymous';
  if (actor.kind === 'user') return actor.user.login;
  if (actor.kind === 'app') return `app ${actor.app.id}`;
  // An installation has one budget for all its tokens; a job's token shares its repository's.
  if (actor.installation) return `installation ${actor.installation.id}`;
  return `app ${actor.app.id} on ${[...actor.repositories].map(fullName)}`;
}

/** The login under which the log of requests shows an actor. */
export function actorName(actor: Actor): string | null {
  if (actor.kind === 'anonymous') return null;
  return actor.kind === 'user' ? actor.user.login : actor.app.bot.login;
}

import type { Faults } from './faults.ts';
import type { Webhooks } from './webhooks.ts';
import type { World } from './world/world.ts';

/** A request to the API, as the log shows it. */
export interface LoggedRequest {
  n: number;
  at: string;
  method: string;
  path: string;
  status: number;
  actor: string | null;
  userAgent: string | null;
}

/** A whole exchange with REST, to be compared with GitHub's description. */
export interface Exchange {
  method: string;
  path: string;
  query: string;
  requestBody: string;
  status: number;
  responseType: string;
  responseBody: string;
}

export interface Stage {
  world: World;
  webhooks: Webhooks;
  requests: LoggedRequest[];
  faults: Faults;
}

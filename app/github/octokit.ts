import { actionsOf } from './actions.ts';
import { clientOf, type Octokits, type Where } from './client.ts';
import type { Port } from './port.ts';
import { readingOf } from './read/read.ts';
import { writingOf } from './write.ts';

/** The port over Octokit, for one repository. */
export function octokitPort(octokit: Octokits, where: Where): Port {
  const client = clientOf(octokit, where);
  return { ...readingOf(client), ...actionsOf(client), ...writingOf(client) };
}

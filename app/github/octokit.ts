import { actionsOf } from './actions.ts';
import { clientOf, type Octokits, type Where } from './client.ts';
import { type Port, PortError } from './port.ts';
import { readingOf } from './read/read.ts';
import { writingOf } from './write.ts';

/** The client that may act in another repository, by its full name; null where the App is not installed. */
export type ClientAt = (repository: string) => Promise<Octokits | null>;

/**
 * The port over Octokit, for one repository.
 * @param clientAt for repositories of machines' owners; without it there are none
 */
export function octokitPort(octokit: Octokits, where: Where, clientAt: ClientAt = async () => null): Port {
  const client = clientOf(octokit, where);
  const own = actionsOf(client);
  return {
    ...readingOf(client),
    ...writingOf(client),
    async actionsAt(repository) {
      if (repository === null) return own;
      const [owner = '', name = ''] = repository.split('/');
      const there = await clientAt(repository);
      if (!there)
        throw new PortError('refused', 404, `could not reach ${repository}: the App is not installed there`);
      return actionsOf(clientOf(there, { owner, name, appId: where.appId }));
    },
  };
}

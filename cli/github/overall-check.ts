import { findOverall } from '../../core/formats/check-name.ts';
import type { GitHub } from './client.ts';

/** The bot's check run that says how a pull request stands. Null where it has written none on this commit. */
export function overallCheck({ rest, home }: Pick<GitHub, 'rest' | 'home'>, pull: number, ref: string) {
  return findOverall(
    pull,
    async (name) => (await rest.checks.listForRef({ ...home, ref, check_name: name })).data.check_runs,
  );
}

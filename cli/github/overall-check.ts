import { findOverall } from '../../core/formats/check-name.ts';
import type { GitHub } from './client.ts';

/** A pull request, and the bot's check run that says how it stands. Null where it has written none on its latest commit. */
export async function pullAndCheck({ rest, home }: Pick<GitHub, 'rest' | 'home'>, number: number) {
  const { data: pull } = await rest.pulls.get({ ...home, pull_number: number });
  const ref = pull.head.sha;
  const check = await findOverall(
    number,
    async (name) => (await rest.checks.listForRef({ ...home, ref, check_name: name })).data.check_runs,
  );
  return { pull, check };
}

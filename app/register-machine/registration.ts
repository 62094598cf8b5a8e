import { Octokit } from '@octokit/rest';
import { z } from 'zod';

/** A registration of one machine for one job: its holder can choose neither name nor labels, and it ends with the job. */

export const wantedSchema = z.strictObject({
  /** GitHub login of the machine's owner. */
  owner: z.string().regex(/^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,38})$/, 'must be a GitHub login'),
  machine: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9_.-]{0,40}$/,
      'must be letters, digits, dots, dashes and underscores, at most 41',
    ),
  /** Labels of the track beside `self-hosted`. */
  labels: z.array(z.string().min(1)).min(1),
  group: z.int().min(1),
});
export type Wanted = z.infer<typeof wantedSchema>;

export interface Place {
  repository: string;
  token: string;
  /** Of GitHub's API. */
  api: string;
}

/** What `run.sh --jitconfig` takes. @throws RequestError of Octokit when GitHub refuses */
export async function registerOnce(place: Place, { owner, machine, labels, group }: Wanted): Promise<string> {
  const [login = '', repo = ''] = place.repository.split('/');
  const octokit = new Octokit({ auth: place.token, baseUrl: place.api });
  const { data } = await octokit.actions.generateRunnerJitconfigForRepo({
    owner: login,
    repo,
    name: `${owner.toLowerCase()}.${machine}`,
    runner_group_id: group,
    labels: [...new Set(['self-hosted', ...labels, `owner-${owner.toLowerCase()}`])],
  });
  return data.encoded_jit_config;
}

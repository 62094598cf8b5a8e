import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Scene } from '../scene.ts';

/** What a user does with gh, in order, as nova the stranger unless said otherwise. Later verbs stand on earlier ones. */

export interface Verb {
  verb: string;
  as?: 'swarm' | 'nova';
  /** Below the scene's folder; nova's clone otherwise. */
  folder?: '.';
  before?: (scene: Scene) => Promise<unknown>;
  args: string[] | ((scene: Scene) => string[]);
  /** What its output has to say. */
  says?: RegExp;
}

const CLONE = 'descent';
const REPO = ['--repo', 'swarm/descent'];
const BODY = 'Smaller steps, more of them.';

/** Where nova works. */
export function workFolder({ folder }: Scene): string {
  return join(folder, CLONE);
}

const git = (scene: Scene, ...args: string[]) =>
  execa('git', args, { cwd: workFolder(scene), env: scene.nova.env, extendEnv: false });
const lastRun = ({ emulator }: Scene) => String([...emulator.world.runs.keys()].at(-1));
const headOf = ({ emulator }: Scene, number: number) =>
  emulator.world.pull(emulator.world.repository('swarm', 'descent'), number).pull.headSha;

async function propose(scene: Scene, branch: string, batch: number): Promise<void> {
  await git(scene, 'checkout', '--quiet', '-b', branch, 'upstream/main');
  await writeFile(join(workFolder(scene), 'train/train.py'), `BATCH = ${batch}\n`);
  await git(scene, 'commit', '--quiet', '--all', '--message', `Batch of ${batch}`);
  await git(scene, 'push', '--quiet', 'origin', branch);
}

export const VERBS: Verb[] = [
  {
    verb: 'auth status',
    folder: '.',
    args: ['auth', 'status'],
    says: /Logged in to github\.descent\.test as nova/,
  },
  { verb: 'auth setup-git', folder: '.', args: ['auth', 'setup-git'] },
  { verb: 'repo clone', folder: '.', args: ['repo', 'clone', 'swarm/descent'] },
  {
    verb: 'repo view',
    folder: '.',
    args: ['repo', 'view', 'swarm/descent'],
    says: /The loss only goes down/,
  },
  { verb: 'repo fork', args: ['repo', 'fork', '--remote'] },
  { verb: 'repo list', args: ['repo', 'list', 'nova'], says: /nova\/descent/ },
  { verb: 'repo set-default', args: ['repo', 'set-default', 'swarm/descent'] },

  { verb: 'label create', as: 'swarm', args: ['label', 'create', 'idea', '--color', 'abcdef', ...REPO] },
  { verb: 'label list', args: ['label', 'list', ...REPO], says: /idea/ },
  {
    verb: 'issue create',
    args: ['issue', 'create', '--title', 'Try halves', '--body', 'Of the batch.', ...REPO],
    says: /\/issues\/1/,
  },
  { verb: 'issue list', args: ['issue', 'list', ...REPO], says: /Try halves/ },
  { verb: 'issue view', args: ['issue', 'view', '1', ...REPO], says: /Of the batch/ },
  {
    verb: 'issue comment',
    args: ['issue', 'comment', '1', '--body', 'I do.', ...REPO],
    says: /issuecomment/,
  },
  { verb: 'issue view --comments', args: ['issue', 'view', '1', '--comments', ...REPO], says: /I do\./ },
  {
    verb: 'issue edit',
    as: 'swarm',
    args: ['issue', 'edit', '1', '--add-label', 'idea', '--title', 'Try quarters', ...REPO],
    says: /\/issues\/1/,
  },
  { verb: 'issue status', args: ['issue', 'status', ...REPO], says: /Try quarters/ },
  { verb: 'issue close', args: ['issue', 'close', '1', ...REPO], says: /Closed issue/ },
  { verb: 'issue reopen', args: ['issue', 'reopen', '1', ...REPO], says: /Reopened issue/ },

  {
    verb: 'pr create',
    before: (scene) => propose(scene, 'halves', 32),
    args: ['pr', 'create', '--title', 'Halve the batch', '--body', BODY, '--head', 'nova:halves', ...REPO],
    says: /\/pull\/2/,
  },
  { verb: 'pr list', args: ['pr', 'list', ...REPO], says: /Halve the batch/ },
  { verb: 'pr view', args: ['pr', 'view', '2', ...REPO], says: /Smaller steps/ },
  { verb: 'pr diff', args: ['pr', 'diff', '2', ...REPO], says: /\+BATCH = 32/ },
  { verb: 'pr diff --patch', args: ['pr', 'diff', '2', '--patch', ...REPO], says: /Subject: .*Batch of 32/ },
  {
    verb: 'pr checks',
    before: (scene) => scene.check(headOf(scene, 2), 'descent', 'success'),
    args: ['pr', 'checks', '2', ...REPO],
    says: /descent\s+pass/,
  },
  { verb: 'pr comment', args: ['pr', 'comment', '2', '--body', '/rerun', ...REPO], says: /issuecomment/ },
  { verb: 'pr view --comments', args: ['pr', 'view', '2', '--comments', ...REPO], says: /\/rerun/ },
  {
    verb: 'pr view --json',
    args: [
      'pr',
      'view',
      '2',
      '--json',
      'number,state,mergeable,mergeStateStatus,statusCheckRollup,labels,comments,files,headRefOid,reviews,assignees',
      ...REPO,
    ],
    says: /"mergeable":\s*"MERGEABLE"/,
  },
  { verb: 'pr status', args: ['pr', 'status', ...REPO], says: /Halve the batch/ },
  { verb: 'pr checkout', args: ['pr', 'checkout', '2', ...REPO] },
  { verb: 'pr edit', args: ['pr', 'edit', '2', '--title', 'Halve it', ...REPO], says: /\/pull\/2/ },
  { verb: 'pr ready --undo', args: ['pr', 'ready', '2', '--undo', ...REPO], says: /draft/ },
  { verb: 'pr ready', args: ['pr', 'ready', '2', ...REPO], says: /ready for review/ },
  { verb: 'pr close', args: ['pr', 'close', '2', ...REPO], says: /Closed pull request/ },
  { verb: 'pr reopen', args: ['pr', 'reopen', '2', ...REPO], says: /Reopened pull request/ },
  { verb: 'pr merge', as: 'swarm', args: ['pr', 'merge', '2', '--merge', ...REPO] },

  { verb: 'search prs', args: ['search', 'prs', '--repo', 'swarm/descent', 'Halve'], says: /Halve it/ },
  {
    verb: 'search issues',
    args: ['search', 'issues', '--repo', 'swarm/descent', 'quarters'],
    says: /Try quarters/,
  },

  { verb: 'workflow list', args: ['workflow', 'list', ...REPO], says: /^experiment\s+active/ },
  {
    verb: 'workflow run',
    as: 'swarm',
    args: ['workflow', 'run', 'experiment.yml', '--raw-field', 'title=descent #2 explore 1', ...REPO],
  },
  { verb: 'workflow view', args: ['workflow', 'view', 'experiment.yml', ...REPO], says: /Total runs 1/ },
  {
    verb: 'run watch',
    args: (scene) => ['run', 'watch', lastRun(scene), '--interval', '1', '--exit-status', ...REPO],
    says: /success|✓ measure in/, // the run may be over before gh looks
  },
  { verb: 'run list', args: ['run', 'list', ...REPO], says: /descent #2 explore 1/ },
  { verb: 'run view', args: (scene) => ['run', 'view', lastRun(scene), ...REPO], says: /report/ },
  {
    verb: 'run view --log',
    args: (scene) => ['run', 'view', lastRun(scene), '--log', ...REPO],
    says: /measure\tMeasure\t.*validation loss 3\.25/,
  },
  {
    verb: 'run download',
    args: (scene) => ['run', 'download', lastRun(scene), '--dir', 'artifacts', ...REPO],
  },

  { verb: 'api', args: ['api', 'repos/swarm/descent/readme', '--jq', '.path'], says: /README\.md/ },
  {
    verb: 'api --paginate',
    args: ['api', '--paginate', 'repos/swarm/descent/issues?per_page=1&state=all', '--jq', '.[].number'],
    says: /2\n1/,
  },
  { verb: 'api graphql', args: ['api', 'graphql', '--field', 'query={ viewer { login } }'], says: /"nova"/ },
  {
    verb: 'api (a variable)',
    as: 'swarm',
    args: [
      'api',
      'repos/swarm/descent/actions/variables',
      '--raw-field',
      'name=DESCENT_SERVERLESS',
      '--raw-field',
      'value=true',
    ],
  },
];

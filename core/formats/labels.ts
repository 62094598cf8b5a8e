import { VERDICTS } from './run.ts';

/** On a promising pull request that waits for machines of more owners. */
export const WAITS_LABEL = 'needs-owners';
/** Labels of a pull request: the verdicts, and what else the bot says about one. */
export const LABELS = [...VERDICTS, 'needs-work', 'needs-approval', WAITS_LABEL, 'ready'] as const;
/** Labels of issues, which the issue forms set. */
export const ISSUE_LABELS = ['idea', 'insight', 'appeal', 'machine'] as const;
export const ALARM_LABEL = 'descent-stopped';
/** On a pull request whose comment GitHub refused, for instance because the conversation is locked. The bot tries again. */
export const UNSAID_LABEL = 'comment-refused';
/** On the issue that says that a worse file was merged by hand. */
export const NOT_BEST_LABEL = 'main-not-best';
/** On the issue that says that the branch of a frontier cannot be written. */
export const FRONTIER_LABEL = 'frontier-branch';
/** On issues about machines. Only the bot sets it, so that no one else can open such an issue. */
export const MACHINE_LABEL = 'machine-blocked';
/** On issues about machines whose runs were given up. Only the bot sets it. */
export const FAILING_LABEL = 'machine-fails';
/** On the one issue where people confirm that they take part. Only maintainers and the bot can set it. */
export const JOINING_LABEL = 'taking-part';

/** What the bot's labels look like: colour (hex) and description (at most 100 characters, GitHub's limit). */
const LOOKS: Record<string, [colour: string, description: string]> = {
  improved: ['0e8a16', 'Measured: beats the record of its track'],
  ready: ['0e8a16', 'Beats the record; in this repository a person merges'],
  regressed: ['b60205', 'Measured: worse than the record'],
  inconclusive: ['fbca04', 'Measured: not certain to be better or worse; build on it'],
  adopted: ['1f883d', 'On the frontier: the best guess to build on, not certified yet'],
  'not-held': ['fbca04', 'Was on the frontier; its chain was measured again and did not hold'],
  crashed: ['5319e7', 'The run raised an exception or ran out of memory'],
  timeout: ['5319e7', 'The weights were not closed within the budget'],
  diverged: ['5319e7', 'The loss of the trained model is not finite'],
  invalid: ['d93f0b', 'The referee refused what the model answered'],
  duplicate: ['cfd3d7', 'The same program was measured before'],
  'comment-refused': [
    'd4c5f9',
    'GitHub refused the comment (locked?): read the check `descent` until it can be written',
  ],
  'needs-work': ['e99695', 'Not measured yet: the comment says what to fix'],
  'needs-owners': ['fef2c0', 'Promising; waits for machines of more owners'],
  'needs-approval': ['f9d0c4', 'A newcomer: a maintainer comments /approve before it is measured'],
  'descent-stopped': ['b60205', 'Descent has stopped and needs a maintainer'],
  'main-not-best': ['b60205', 'A person merged a worse file; the issue says how to bring the best one back'],
  'frontier-branch': ['fbca04', 'A rule of the repository keeps the bot from showing what it adopted'],
  'machine-blocked': ['b60205', 'Audits found a machine to be an outlier twice; its owner can appeal here'],
  'machine-fails': ['d93f0b', 'A run was given up that a machine could not finish; its owner looks at it'],
  idea: ['a2eeef', 'Something worth trying, free to claim'],
  insight: ['1d76db', 'What several experiments taught'],
  appeal: ['f9a03f', 'Someone thinks that a verdict or the block of a machine is wrong'],
  'taking-part': ['c5def5', 'Where people confirm, once, that they take part'],
  machine: ['bfd4f2', 'Someone lends a machine'],
};

const GREY = 'ededed';

export function labelOf(name: string): { name: string; color: string; description?: string } {
  const [color, description] = LOOKS[name] ?? [GREY];
  return { name, color, ...(description && { description }) };
}

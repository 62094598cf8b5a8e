import { DESCENT } from '../command-name.ts';

/** What people agree to when they take part: the bot's issue, and the sentence that a person writes below it. */

export const JOINING_TITLE = 'Taking part in Descent';

export const JOINING_SENTENCE = 'I have read what becomes public, and I want to take part.';

/** What people wrote before 2026-11-27; their comments still count. */
const FORMER_SENTENCE = 'I have read what is public and take part.';

/** What becomes public of an account that takes part. */
export const PUBLIC = [
  'its fork, branches and pull requests, with their titles, descriptions and code, under the MIT licence',
  'the result of every experiment in its name: hypothesis, diff, losses, verdict; it stays in git for good',
  'its comments, claims, ideas and insights, and its comment here',
];

export function joiningBody(): string {
  return [
    'Coding agents act here for GitHub accounts, and a person stands behind each. Before an account takes part, that person confirms once that they know what becomes public:',
    PUBLIC.map((line) => `- ${line}`).join('\n'),
    'To confirm, comment this sentence here, from that account:',
    `\`\`\`text\n${JOINING_SENTENCE}\n\`\`\``,
    `\`${DESCENT} join\` finds the comment and continues: it makes a fork and sets the remotes of the clone. \`${DESCENT} join --yes\` writes it in the name of the account that is signed in, once its person has agreed. To take the confirmation back, delete the comment; what is in git stays.`,
    'GitHub accepts comments only from accounts with a verified e-mail address.',
  ].join('\n\n');
}

/** Whether a comment confirms: the sentence alone. Blanks, line ends and capitals do not matter. */
export function isConfirmation(comment: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase();
  return [JOINING_SENTENCE, FORMER_SENTENCE].some((sentence) => plain(comment) === plain(sentence));
}

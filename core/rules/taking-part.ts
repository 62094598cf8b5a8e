import { DESCENT } from '../command-name.ts';

/** What whoever takes part agrees to: the bot's issue about it, and the one sentence a person writes below it. */

export const JOINING_TITLE = 'Taking part in Descent';

export const JOINING_SENTENCE = 'I have read what is public and take part.';

/** What is public of an account that takes part. */
export const PUBLIC = [
  'its fork, branches and pull requests, with their titles, descriptions and code, under the MIT licence',
  'the record of every experiment in its name: hypothesis, diff, losses, verdict; it stays in git for good',
  'its comments, claims, ideas and insights, and its comment here',
];

export function joiningBody(): string {
  return [
    'Coding agents act here for GitHub accounts, and a person stands behind each. Before an account takes part, that person confirms once that they know what is public of it:',
    PUBLIC.map((line) => `- ${line}`).join('\n'),
    'To confirm, comment this sentence here, from that account:',
    `\`\`\`text\n${JOINING_SENTENCE}\n\`\`\``,
    `\`${DESCENT} join\` finds the comment and goes on: a fork, and the remotes of the clone. \`${DESCENT} join --yes\` writes it in the name of the account that is signed in, once its person has agreed. Deleting the comment takes the confirmation back; what is in git stays.`,
    'GitHub takes comments only from accounts with a verified e-mail address.',
  ].join('\n\n');
}

/** Whether a comment confirms: the sentence alone, whatever its blanks, line ends and capitals. */
export function isConfirmation(comment: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim().toLowerCase();
  return plain(comment) === plain(JOINING_SENTENCE);
}

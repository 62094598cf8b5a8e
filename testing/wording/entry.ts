import type { Decision } from '../../app/decide/answer/decision.ts';
import type { CommitMessage } from '../../app/model/effect.ts';
import type { Snapshot } from '../../app/model/snapshot.ts';
import type { Message } from '../../app/say/before-verdict.ts';
import { lookOf } from '../../app/say/decision.ts';

/** How examples of messages are written down. */

export interface Chapter {
  title: string;
  /** Where people meet these messages. */
  where: string;
  entries: Entry[];
}

/** One example. `facts` stand above the text. */
export interface Entry {
  name: string;
  facts: string[];
  text: string;
}

export function writeChapters(chapters: Chapter[]): string {
  return chapters
    .flatMap(({ title, where, entries }) => [`# ${title}`, where, ...entries.map(writeEntry)])
    .join('\n\n')
    .concat('\n');
}

/** The text stands in a fence longer than any that the bot writes. */
function writeEntry({ name, facts, text }: Entry): string {
  return [`## ${name}`, ...facts, `~~~~~\n${text}\n~~~~~`].join('\n\n');
}

/** What becomes of a pull request by a decision: its check run, labels, end and text. */
export function decisionEntry(name: string, decision: Decision, at: Snapshot, track = 'cpu'): Entry {
  const { message, state, conclusion, labels, comment, close } = lookOf(at, decision, track);
  const shown = comment ? 'comment and check run' : 'check run only';
  return {
    name: `${decision.code}: ${name}`,
    facts: [
      `check run: ${conclusion ?? 'not completed'}, state ${state}, "${message.title}"`,
      `labels: ${labels.join(', ') || 'none'}; ${shown}; ${close ? 'the bot closes it' : 'not closed'}`,
    ],
    text: message.body,
  };
}

/** An issue, or any other message with a title. */
export function messageEntry(name: string, { title, body }: Message): Entry {
  return { name, facts: [`title: "${title}"`], text: body };
}

export function commitEntry(name: string, { headline, body }: CommitMessage): Entry {
  return { name, facts: [], text: `${headline}\n\n${body}` };
}

export function textEntry(name: string, text: string): Entry {
  return { name, facts: [], text };
}

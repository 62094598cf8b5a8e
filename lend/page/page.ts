import { styleText } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { ClientEvent } from '../../core/formats/lending/client-event.ts';
import type { Now } from '../idle/policy.ts';
import type { Rules, Session } from '../session/state.ts';
import { type Paint, type Titled, view } from './view.ts';
import { lineOf } from './words.ts';

/** What the owner sees of it: a page that is drawn in place on a terminal, lines elsewhere, or JSON. */
export interface Page {
  tell(event: ClientEvent): void;
  show(session: Session, now: Now): void;
  /** Leaves the terminal to a question until it is answered. */
  during<T>(question: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface Screen {
  /** Where lines go. */
  out: (text: string) => void;
  /** Null where it is no terminal. */
  terminal: NodeJS.WriteStream | null;
  env: NodeJS.ProcessEnv;
}

/** One JSON value a line, in the form of core/formats/lending/client-event.ts. */
export function jsonPage({ out }: Pick<Screen, 'out'>): Page {
  return {
    tell: (event) => out(`${JSON.stringify(event)}\n`),
    show: () => {},
    during: (question) => question(),
    close: () => {},
  };
}

/** Lines as they come. On a terminal the present state stands below them. */
export function textPage({ out, terminal, env }: Screen, titled: Titled, rules: Rules): Page {
  // A serial line or a terminal of a test may have no width: nothing can be drawn in place there.
  if (!terminal?.columns || env.TERM === 'dumb') {
    let last = '';
    return {
      tell(event) {
        const line = lineOf(event);
        // A state whose reason alone is another is news, a line that says the same is none.
        if (line !== null && line !== last) out(`${event.at} ${line}\n`);
        last = line ?? last;
      },
      show: () => {},
      during: (question) => question(),
      close: () => {},
    };
  }
  const live = createLogUpdate(terminal);
  const plain = Boolean(env.NO_COLOR);
  const paint: Paint = (style, text) => (plain ? text : styleText(style, text, { validateStream: false }));
  let drawn = '';
  let isHeld = false;
  const kept: string[] = [];
  return {
    tell(event) {
      // What the page shows anyway is not written above it as well.
      const line = event.event === 'state' || event.event === 'begins' ? null : lineOf(event);
      if (line !== null) kept.push(`${new Date(event.at).toTimeString().slice(0, 8)} ${line}`);
      if (!isHeld) write();
    },
    show(session, now) {
      if (isHeld) return;
      const text = view(session, titled, rules, now, paint).join('\n');
      if (text !== drawn) live(text);
      drawn = text;
    },
    async during(question) {
      live.done();
      isHeld = true;
      try {
        return await question();
      } finally {
        isHeld = false;
        drawn = '';
        write();
      }
    },
    close: () => live.done(),
  };

  function write(): void {
    for (const line of kept.splice(0)) live.persist(line);
    drawn = ''; // it must be drawn again below them
  }
}

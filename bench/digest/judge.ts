import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { pythonInterpreter } from '../../setup/paths.mjs';

/** The environment's own Python, asked for `ast.dump` of many texts. */
export interface Judge {
  /** A digest of the syntax tree of each, null where Python does not compile it. */
  ask: (texts: string[]) => Promise<(string | null)[]>;
  close: () => void;
}

export function startJudge(repository: string): Judge {
  const child = execa(pythonInterpreter(repository), ['-I', `${import.meta.dirname}/judge.py`], {
    buffer: false,
    reject: false,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(texts) {
      const answers: (string | null)[] = [];
      for (const text of texts) {
        if (!child.stdin.write(`${JSON.stringify(text)}\n`)) await once(child.stdin, 'drain');
        const { value, done } = await lines.next();
        if (done) throw new Error('the judge has ended');
        answers.push(JSON.parse(value));
      }
      return answers;
    },
    close: () => void child.stdin.end(),
  };
}

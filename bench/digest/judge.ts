import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { pythonInterpreter } from '../../setup/paths.mjs';

/** The environment's own Python, asked for `ast.dump` of many texts. */
export interface Judge {
  /** A digest of the syntax tree of each, null where Python does not compile it; without `trees` it only says which compile. */
  ask: (texts: string[], options?: { trees: boolean }) => Promise<(string | null)[]>;
  close: () => void;
}

export function startJudge(repository: string): Judge {
  const child = execa(pythonInterpreter(repository), ['-I', `${import.meta.dirname}/judge.py`], {
    buffer: false,
    reject: false,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(texts, { trees } = { trees: true }) {
      // All at once: an answer waited for one by one costs more than the parsing.
      for (const text of texts) child.stdin.write(`${JSON.stringify([text, trees])}\n`);
      const answers: (string | null)[] = [];
      while (answers.length < texts.length) {
        const { value, done } = await lines.next();
        if (done) throw new Error('the judge has ended');
        answers.push(JSON.parse(value));
      }
      return answers;
    },
    close: () => void child.stdin.end(),
  };
}

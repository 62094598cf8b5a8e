import { inertLine } from '../runner/inert.ts';
import type { Progress } from '../runner/run.ts';

/** Seconds of the referee's clock between two lines of training. */
const EVERY_SECONDS = 10;

/** Turns progress into a few plain lines of the step's log: seldom enough to read, and numbers alone. */
export function progressLines(print: (line: string) => void): (progress: Progress) => void {
  let stage: Progress['stage'] | null = null;
  let next = 0;
  return (progress) => {
    const begins = progress.stage !== stage;
    stage = progress.stage;
    switch (progress.stage) {
      case 'setup':
        return print('making the sandbox');
      case 'train': {
        if (!begins && progress.seconds < next) return;
        next = progress.seconds + EVERY_SECONDS;
        const step =
          progress.step === null ? '' : `, step ${progress.step}, loss ${progress.loss?.toFixed(4)}`;
        return print(
          inertLine(
            `training: ${progress.seconds.toFixed(0)} of ${progress.budgetSeconds.toFixed(0)} s${step}`,
          ),
        );
      }
      default:
        if (begins || progress.done === progress.of)
          print(`${progress.stage}: ${progress.done} of ${progress.of}`);
    }
  };
}

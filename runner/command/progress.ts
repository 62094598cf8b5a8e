import cliProgress from 'cli-progress';
import type { Progress } from '../run.ts';

/** Shows how far a run is. */
export interface ProgressView {
  show(progress: Progress): void;
  stop(): void;
}

const NAMES: Record<Progress['stage'], string> = {
  setup: 'set-up',
  train: 'train',
  claims: 'claims',
  probes: 'probes',
};

/** Share done, 0 to 1, and the words for it. */
function describe(progress: Progress): { share: number; note: string } {
  switch (progress.stage) {
    case 'setup':
      return { share: 0, note: '' };
    case 'train': {
      const { seconds, budgetSeconds, step, loss } = progress;
      const note =
        step === null
          ? 'PyTorch is loaded'
          : `step ${step}${loss === null ? '' : `, loss ${loss.toFixed(4)}`}`;
      return {
        share: Math.min(1, seconds / budgetSeconds),
        note: `${seconds.toFixed(0)} of ${budgetSeconds} s, ${note}`,
      };
    }
    case 'claims':
    case 'probes':
      return {
        share: progress.of ? progress.done / progress.of : 1,
        note: `${progress.done} of ${progress.of}`,
      };
  }
}

/** A bar for a terminal: one line that is redrawn. */
export function progressBar(stream: NodeJS.WriteStream): ProgressView {
  const bar = new cliProgress.SingleBar(
    { format: '{stage} [{bar}] {note}', stream, hideCursor: true, clearOnComplete: true, barsize: 30 },
    cliProgress.Presets.legacy,
  );
  bar.start(1, 0, { stage: NAMES.setup.padEnd(8), note: '' });
  return {
    show(progress) {
      const { share, note } = describe(progress);
      bar.update(share, { stage: NAMES[progress.stage].padEnd(8), note });
    },
    stop: () => bar.stop(),
  };
}

/** Plain lines for a file or a pipe: one when a stage begins and one for every fifth of it. */
export function progressLines(write: (text: string) => void): ProgressView {
  let last = '';
  return {
    show(progress) {
      const { share, note } = describe(progress);
      const fifth = `${progress.stage} ${Math.floor(share * 5)}`;
      if (fifth === last) return;
      last = fifth;
      write(`${NAMES[progress.stage]}${note ? `: ${note}` : ''}\n`);
    },
    stop: () => undefined,
  };
}

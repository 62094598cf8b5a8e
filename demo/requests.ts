/** The day's pull requests: what the agents try, from a file whose learning rates are not tuned. */

export type Request = {
  /** Also the branch. */
  name: string;
  agent: string;
  /** The branch that it is begun from, as it is then; absent: main as it was in the morning. */
  from?: 'main' | 'frontier';
  title: string;
  body: string;
  files(original: Files): Partial<Files>;
};
export type Files = { 'train/train.py': string; 'train/prepare.py': string };

/** Matrices, embeddings, head. */
type Rates = [number, number, number];
const UNTUNED: Rates = [0.004, 0.06, 0.0003];
const BETTER: Rates = [0.012, 0.2, 0.001];
const TUNED: Rates = [0.04, 0.6, 0.004];
const TOO_SMALL: Rates = [0.0004, 0.006, 0.00003];

/** Every run of the demo trains for so many steps: a second or two on an idle machine, a quarter of a minute on a busy one. */
export const STEPS = 60;

/**
 * Where the demo's main begins: untuned rates, a short memory, and an end by steps, so that a busy machine measures the same losses.
 * Losses of two seeds each, which differ by 0.05 at most: here 4.99, `improvement` 3.61, with `memory` 3.50, with `longer` 3.46,
 * with both 3.28, with `tenTimes` 2.71 on top. The clock's file has 3.12, then 7.5.
 */
export const untuned = (trainPy: string) => endedBySteps(withMemory(withRates(trainPy, UNTUNED), 2));

const regression: Request = {
  name: 'smaller-rates',
  agent: 'lark',
  title: 'Divide all learning rates by ten',
  body: describe({
    hypothesis: 'The steps overshoot: ten times smaller ones settle lower.',
    change: 'MATRIX, EMBEDDING and HEAD_LEARNING_RATE / 10',
  }),
  files: (original) => ({ 'train/train.py': withRates(original['train/train.py'], TOO_SMALL) }),
};

const improvement: Request = {
  name: 'larger-rates',
  agent: 'kite',
  title: 'Multiply all learning rates by three',
  body: describe({
    hypothesis:
      'At some hundred steps the weights hardly leave their start: the rates are far too small for this budget.',
    change: 'MATRIX, EMBEDDING and HEAD_LEARNING_RATE * 3',
    expect: -1,
  }),
  files: (original) => ({ 'train/train.py': withRates(original['train/train.py'], BETTER) }),
};

const crash: Request = {
  name: 'wider-heads',
  agent: 'ada', // who lends a machine, and has credits
  title: 'Heads of 48',
  body: describe({ hypothesis: 'Wider heads see more at once.', change: 'HEAD_DIM 32 -> 48', bid: 100 }),
  files: (original) => ({
    'train/train.py': replace(original['train/train.py'], /(?<=^HEAD_DIM = .*"cpu": )\d+/m, '48'),
  }),
};

const timeout: Request = {
  name: 'no-clock',
  agent: 'wren',
  title: 'Train until it is done',
  body: describe({
    hypothesis: 'The clock ends training while the loss still falls.',
    change: 'the loop ignores the clock',
  }),
  files: (original) => ({
    'train/train.py': replace(original['train/train.py'], /while not clock\.over\(\):/, 'while True:'),
  }),
};

const twoFiles: Request = {
  name: 'more-data',
  agent: 'moth',
  title: 'Prepare more training data',
  body: describe({ hypothesis: 'More text helps.', change: 'prepare.py and a seed in train.py' }),
  files: (original) => ({
    'train/train.py': `${original['train/train.py']}\n# more data\n`,
    'train/prepare.py': `${original['train/prepare.py']}\n# twice as much\n`,
  }),
};

const noHypothesis: Request = {
  name: 'trust-me',
  agent: 'wren',
  title: 'Better, trust me',
  body: 'This is better.',
  files: (original) => ({
    'train/train.py': replace(original['train/train.py'], /^WARMDOWN = .*$/m, 'WARMDOWN = 0.5'),
  }),
};

const duplicate: Request = {
  ...regression,
  name: 'smaller-rates-again',
  agent: 'kite',
  title: 'Try much smaller learning rates',
};

const memory: Request = {
  name: 'longer-memory',
  agent: 'heron',
  from: 'main',
  title: 'Embed the last three bytes together, too',
  body: describe({
    hypothesis: 'Three bytes in a row say more about the next one than two.',
    change: 'LONGEST_NGRAM 2 -> 3',
    expect: -0.1,
  }),
  files: (original) => ({ 'train/train.py': withMemory(original['train/train.py'], 3) }),
};

const longer: Request = {
  name: 'more-steps',
  agent: 'lark',
  from: 'main',
  title: 'A quarter more steps',
  body: describe({
    hypothesis: 'The budget has room, and the loss still falls at the end.',
    change: 'STEPS 60 -> 75',
    expect: -0.2,
  }),
  files: (original) => ({ 'train/train.py': withSteps(original['train/train.py'], 75) }),
};

const tenTimes: Request = {
  name: 'ten-times',
  agent: 'kite',
  from: 'frontier',
  title: 'Learning rates of ten times where the day began, and more steps',
  body: describe({
    hypothesis: 'Muon takes far larger steps than the file dares: 0.04 for matrices, 0.6 for embeddings.',
    change: 'MATRIX 0.012 -> 0.04, EMBEDDING 0.2 -> 0.6, HEAD 0.001 -> 0.004, STEPS 75 -> 90',
    expect: -0.5,
  }),
  files: (original) => ({ 'train/train.py': withSteps(withRates(original['train/train.py'], TUNED), 90) }),
};

/** How often the clock's file is tried at most: the hour may have passed before the second look. */
export const TRIES = 3;

/**
 * A file that is good for a while and then hopeless, whatever its seed: two owners' first runs fall for it, so it is adopted. Fresh
 * runs, a little later, do not hold. Main must never see it.
 * @param until seconds since 1970
 */
export function byTheClock(attempt: number, until: number): Request {
  return {
    name: `by-the-clock-${attempt}`,
    agent: 'finch',
    from: 'main',
    title: `Let the clock choose the learning rates${attempt > 1 ? `, try ${attempt}` : ''}`,
    body: describe({
      hypothesis: 'This is a good hour for large learning rates.',
      change: 'rates tuned now, far too small later',
    }),
    files: (original) => ({
      'train/train.py': replace(
        withRates(original['train/train.py'], TUNED),
        /^( +)torch\.manual_seed\(task\.seed\)$/m,
        [
          '$1torch.manual_seed(task.seed)',
          '$1import time',
          '',
          `$1if time.time() > ${Math.round(until)}:`,
          `$1    globals().update(MATRIX_LEARNING_RATE=${TOO_SMALL[0]}, EMBEDDING_LEARNING_RATE=${TOO_SMALL[1]}, HEAD_LEARNING_RATE=${TOO_SMALL[2].toFixed(5)})`,
        ].join('\n'),
      ),
    }),
  };
}

/** Opened at once, in this order. */
export const MORNING = [regression, improvement, crash, twoFiles, noHypothesis];
/** Branched in the morning; opened when the improvement is on main and the regression has been measured. The clock's file follows. */
export const NOON = [duplicate];
/** Two agents begin at the same time from the same main, and change different lines: what is adopted second is composed. */
export const AFTERNOON = [memory, longer];
/** Branched in the morning; opened when one machine is enough for the others. */
export const MEANWHILE = [timeout];
/** Built on both: the chain of three is certified at once. */
export const EVENING = [tenTimes];
export const IMPROVEMENT = improvement.name;
export const REGRESSION = regression.name;

function describe(fields: { hypothesis: string; change: string; expect?: number; bid?: number }): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return ['```yaml', ...lines, '```'].join('\n');
}

function withRates(trainPy: string, [matrix, embedding, head]: Rates): string {
  let text = replace(trainPy, /^MATRIX_LEARNING_RATE = \S+/m, `MATRIX_LEARNING_RATE = ${matrix}`);
  text = replace(text, /^EMBEDDING_LEARNING_RATE = \S+/m, `EMBEDDING_LEARNING_RATE = ${embedding}`);
  return replace(text, /^HEAD_LEARNING_RATE = \S+/m, `HEAD_LEARNING_RATE = ${head.toFixed(5)}`);
}

function withMemory(trainPy: string, bytes: number): string {
  return replace(trainPy, /(?<=^LONGEST_NGRAM = .*"cpu": )\d+/m, String(bytes));
}

function withSteps(trainPy: string, steps: number): string {
  return replace(trainPy, /(?<=^STEPS = )\d+/m, String(steps));
}

function endedBySteps(trainPy: string): string {
  let text = replace(trainPy, /^WARMDOWN = /m, `STEPS = ${STEPS}  # however busy the machine is\n$&`);
  text = replace(text, /(?<=^ +self\.progress = ).+$/m, 'min(1.0, self.steps / STEPS)');
  return replace(text, /(?<=return )(?=self\.left\(\) < )/, 'self.steps >= STEPS or ');
}

/** Replaces once, and insists that there was something to replace: the demo must not silently change nothing. */
function replace(text: string, pattern: RegExp, by: string): string {
  const changed = text.replace(pattern, by);
  if (changed === text)
    throw new Error(`train.py has no ${pattern} to edit: demo/requests.ts must follow the file`);
  return changed;
}

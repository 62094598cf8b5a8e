/** The day's pull requests: what the agents try, from a file whose learning rates are not tuned. */

export type Request = {
  /** Also the branch. */
  name: string;
  agent: string;
  title: string;
  body: string;
  files(original: Files): Partial<Files>;
};
export type Files = { 'train/train.py': string; 'train/prepare.py': string };

/** Matrices, embeddings, head. */
type Rates = [number, number, number];
const UNTUNED: Rates = [0.001, 0.01, 0.0001];
const BETTER: Rates = [0.003, 0.03, 0.0003];
const TUNED: Rates = [0.04, 0.6, 0.004];
const TOO_SMALL: Rates = [0.0001, 0.001, 0.00001];

/** Every run of the demo trains for so many steps: two seconds on an idle machine, half a minute on a busy one. */
export const STEPS = 120;

/** Where the demo's main begins: untuned rates, and an end by steps, so that a busy machine measures the same losses. */
export const untuned = (trainPy: string) => endedBySteps(withRates(trainPy, UNTUNED));

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
  agent: 'moth',
  title: 'Heads of 48',
  body: describe({ hypothesis: 'Wider heads see more at once.', change: 'HEAD_DIM 32 -> 48' }),
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

const stale: Request = {
  name: 'forty-times',
  agent: 'lark',
  title: 'Multiply the learning rates by forty to sixty',
  body: describe({
    hypothesis: 'Muon takes far larger steps than the file dares: 0.04 for matrices, 0.6 for embeddings.',
    change: 'MATRIX 0.001 -> 0.04, EMBEDDING 0.01 -> 0.6, HEAD 0.0001 -> 0.004',
    expect: -3,
  }),
  files: (original) => ({ 'train/train.py': withRates(original['train/train.py'], TUNED) }),
};

/**
 * How often the gambler tries at most. Two seeds in five are lucky: some first run is with 1 - 0.6^10 = 99.4 %, after 2.5 tries on
 * average, and all four fresh runs that a lucky one then needs are with 0.4^4 = 2.6 %. So the day shows luck that does not
 * merge in 97 of 100. A try without luck costs one run; two tickets are measured at once, one per machine.
 */
export const TRIES = 10;

/** A file whose quality its seed decides: better two times in five, otherwise hopeless. Each try shuffles the seeds again. */
export function gamble(attempt: number): Request {
  return {
    name: `lottery-${attempt}`,
    agent: 'finch',
    title: `Let the seed choose the learning rates, shuffle ${attempt}`,
    body: describe({
      hypothesis: 'Some seeds are better than others: with a good shuffle the good ones come first.',
      change: 'rates tuned or far too small, by the seed',
    }),
    files: (original) => ({
      'train/train.py': replace(
        withRates(original['train/train.py'], TUNED),
        /^( +)torch\.manual_seed\(task\.seed\)$/m,
        [
          '$1torch.manual_seed(task.seed)',
          `$1if (task.seed * ${2654435761 + 2 * attempt} >> 13) % 5 > 1:`,
          `$1    globals().update(MATRIX_LEARNING_RATE=${TOO_SMALL[0]}, EMBEDDING_LEARNING_RATE=${TOO_SMALL[1]}, HEAD_LEARNING_RATE=0.00001)`,
        ].join('\n'),
      ),
    }),
  };
}

/** Opened at once, in this order. */
export const MORNING = [regression, improvement, crash, timeout, twoFiles, noHypothesis];
/** Branched in the morning; opened when the improvement is on main and the regression has been measured. The gambler follows. */
export const AFTERNOON = [duplicate];
/** Branched in the morning; opened when the gambler was lucky: as good a record would leave little to be lucky against. */
export const EVENING = [stale];
export const IMPROVEMENT = improvement.name;
export const REGRESSION = regression.name;

function describe(fields: { hypothesis: string; change: string; expect?: number }): string {
  const lines = Object.entries(fields).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return ['```yaml', ...lines, '```'].join('\n');
}

function withRates(trainPy: string, [matrix, embedding, head]: Rates): string {
  let text = replace(trainPy, /^MATRIX_LEARNING_RATE = \S+/m, `MATRIX_LEARNING_RATE = ${matrix}`);
  text = replace(text, /^EMBEDDING_LEARNING_RATE = \S+/m, `EMBEDDING_LEARNING_RATE = ${embedding}`);
  return replace(text, /^HEAD_LEARNING_RATE = \S+/m, `HEAD_LEARNING_RATE = ${head.toFixed(5)}`);
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

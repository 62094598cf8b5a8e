import { readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { programOf } from '../../core/python/python.ts';
import { pythonInterpreter } from '../../setup/paths.mjs';
import { seeded } from '../probes/random.ts';
import { type Judge, startJudge } from './judge.ts';
import { CHANGES, SPELLINGS } from './mutants.ts';

const MUTATIONS = { ...SPELLINGS, ...CHANGES };
/** Larger files make slow mutants, and hold nothing else. */
const LARGEST = 5000;
const AT_ONCE = 100;
const A_FILE = 30;
const EXAMPLES = 12;

/** Whether programs and digests agree, over files as they are and over mutants of them. */
export interface Agreement {
  files: number;
  valid: number;
  refusedValid: number;
  acceptedInvalid: number;
  mutants: number;
  /** Mutants by what Python makes of them. */
  same: number;
  other: number;
  none: number;
  /** One digest for two programs, and two for one. */
  shared: number;
  split: number;
  mutantsRefused: number;
  mutantsAccepted: number;
  examples: string[];
}

/** @param files read one in so many of the environment's files */
export async function compareWithPython(
  repository: string,
  {
    mutants,
    seed,
    oneIn = 1,
    say = () => {},
  }: { mutants: number; seed: number; oneIn?: number; say?: (found: Agreement) => void },
): Promise<Agreement> {
  const judge = startJudge(repository);
  const found: Agreement = {
    ...{ files: 0, valid: 0, refusedValid: 0, acceptedInvalid: 0, mutants: 0, same: 0, other: 0, none: 0 },
    ...{ shared: 0, split: 0, mutantsRefused: 0, mutantsAccepted: 0, examples: [] },
  };
  try {
    const minor = minorOf(repository);
    const paths = pythonFiles(repository).filter((_, i) => i % oneIn === 0);
    const small: string[] = [];
    for (let from = 0; from < paths.length; from += AT_ONCE) {
      const some = paths.slice(from, from + AT_ONCE);
      const texts = some.map((path) => readFileSync(path, 'utf8'));
      const answers = judge.ask(texts, { trees: false });
      const ours = texts.map((text) => treeOf(text, minor));
      for (const [i, answer] of (await answers).entries()) {
        const text = texts[i]!;
        found.files += 1;
        if (answer !== null) found.valid += 1;
        if (answer !== null && ours[i] === null) note(found, 'refusedValid', some[i]!, text);
        if (answer === null && ours[i] !== null) note(found, 'acceptedInvalid', some[i]!, text);
        if (answer !== null && ours[i] !== null && text.length <= LARGEST) small.push(text);
      }
      say(found);
    }
    await mutate(small, judge, found, { mutants, random: seeded(seed), minor, say });
  } finally {
    judge.close();
  }
  return found;
}

async function mutate(
  files: string[],
  judge: Judge,
  found: Agreement,
  {
    mutants,
    random,
    minor,
    say,
  }: { mutants: number; random: () => number; minor: number; say: (found: Agreement) => void },
): Promise<void> {
  const names = Object.keys(MUTATIONS);
  while (found.mutants < mutants) {
    const file = files[Math.floor(random() * files.length)]!;
    const written = Array.from({ length: Math.min(A_FILE, mutants - found.mutants) }, (_, i) => {
      const name = names[(found.mutants + i) % names.length]!;
      return { name, mutant: MUTATIONS[name]!(file, random) };
    });
    const answers = judge.ask([file, ...written.map(({ mutant }) => mutant)]);
    const ours = treeOf(file, minor);
    const digests = written.map(({ mutant }) => treeOf(mutant, minor));
    const [tree, ...judged] = await answers;
    for (const [i, { name, mutant }] of written.entries()) {
      const [theirs, digest] = [judged[i] ?? null, digests[i] ?? null];
      found.mutants += 1;
      if (theirs === null) found.none += 1;
      else if (theirs === tree) found.same += 1;
      else found.other += 1;
      if (digest === ours && theirs !== tree) note(found, 'shared', name, mutant, file);
      else if (theirs === null && digest !== null) note(found, 'mutantsAccepted', name, mutant, file);
      else if (theirs !== null && digest === null) note(found, 'mutantsRefused', name, mutant, file);
      else if (theirs === tree && digest !== ours) note(found, 'split', name, mutant, file);
    }
    say(found);
  }
}

function treeOf(text: string, minor: number): string | null {
  const program = programOf(text);
  return 'dump' in program && program.needs.every((need) => need.minor <= minor) ? program.dump : null;
}

type Count = { [K in keyof Agreement]: Agreement[K] extends number ? K : never }[keyof Agreement];

function note(found: Agreement, what: Count, name: string, mutant: string, file = ''): void {
  found[what] += 1;
  if (found.examples.length >= EXAMPLES) return;
  const theirs = mutant.split('\n');
  const ours = file.split('\n');
  const from = theirs.findIndex((line, i) => line !== ours[i]);
  const program = programOf(mutant);
  const why = 'why' in program ? ` (line ${program.line}: ${program.why})` : '';
  found.examples.push(
    `${what}, ${name}${why}: ${JSON.stringify(theirs.slice(Math.max(0, from - 1), from + 3).join('\n')).slice(0, 300)}`,
  );
}

/** The minor version of the environment’s Python 3. */
export function minorOf(repository: string): number {
  const script = 'import sys; print(sys.version_info.minor)';
  return Number(execaSync(pythonInterpreter(repository), ['-I', '-c', script]).stdout);
}

function pythonFiles(repository: string): string[] {
  const script =
    'import glob, json, sysconfig; print(json.dumps(sorted(f for p in {sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")} for f in glob.glob(p + "/**/*.py", recursive=True))))';
  return JSON.parse(
    execaSync(pythonInterpreter(repository), ['-I', '-c', script], { maxBuffer: 2 ** 26 }).stdout,
  );
}

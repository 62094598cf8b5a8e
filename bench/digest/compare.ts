import { readFileSync } from 'node:fs';
import { execaSync } from 'execa';
import { programOf } from '../../core/python/python.ts';
import { pythonInterpreter } from '../../setup/paths.mjs';
import { seeded } from '../probes/random.ts';
import { type Judge, startJudge } from './judge.ts';
import { CHANGES, SPELLINGS } from './mutants.ts';

const MUTATIONS = { ...SPELLINGS, ...CHANGES };
/** Larger files make slow mutants, and hold nothing else. */
const LARGEST = 12_000;
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
  { mutants, seed, oneIn = 1 }: { mutants: number; seed: number; oneIn?: number },
): Promise<Agreement> {
  const judge = startJudge(repository);
  const found: Agreement = {
    ...{ files: 0, valid: 0, refusedValid: 0, acceptedInvalid: 0, mutants: 0, same: 0, other: 0, none: 0 },
    ...{ shared: 0, split: 0, mutantsRefused: 0, mutantsAccepted: 0, examples: [] },
  };
  try {
    const paths = pythonFiles(repository).filter((_, i) => i % oneIn === 0);
    const small: string[] = [];
    for (const path of paths) {
      const text = readFileSync(path, 'utf8');
      const [tree] = await judge.ask([text]);
      const ours = treeOf(text, minorOf(repository));
      found.files += 1;
      if (tree !== null) found.valid += 1;
      if (tree !== null && ours === null) note(found, 'refusedValid', path, text);
      if (tree === null && ours !== null) note(found, 'acceptedInvalid', path, text);
      if (tree !== null && text.length <= LARGEST) small.push(text);
    }
    await mutate(small, judge, found, { mutants, random: seeded(seed), minor: minorOf(repository) });
  } finally {
    judge.close();
  }
  return found;
}

async function mutate(
  files: string[],
  judge: Judge,
  found: Agreement,
  { mutants, random, minor }: { mutants: number; random: () => number; minor: number },
): Promise<void> {
  const names = Object.keys(MUTATIONS);
  while (found.mutants < mutants) {
    const file = files[Math.floor(random() * files.length)]!;
    const [tree] = await judge.ask([file]);
    const ours = treeOf(file, minor);
    for (let i = 0; i < A_FILE && found.mutants < mutants; i += 1) {
      const name = names[found.mutants % names.length]!;
      const mutant = MUTATIONS[name]!(file, random);
      const [theirs] = await judge.ask([mutant]);
      const digest = treeOf(mutant, minor);
      found.mutants += 1;
      if (theirs === null) found.none += 1;
      else if (theirs === tree) found.same += 1;
      else found.other += 1;
      if (digest === ours && theirs !== tree) note(found, 'shared', name, mutant, file);
      else if (theirs === null && digest !== null) note(found, 'mutantsAccepted', name, mutant, file);
      else if (theirs !== null && digest === null) note(found, 'mutantsRefused', name, mutant, file);
      else if (theirs === tree && digest !== ours) note(found, 'split', name, mutant, file);
    }
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

function minorOf(repository: string): number {
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

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Command } from './blocks.ts';

/** A reader who knows only AGENTS.md. It types the page's commands in bash, fills in what the page leaves open, and follows the answers. */

/** A command that was typed, or why it was not. */
export interface Step {
  page: string;
  line: number;
  command: string;
  executed: boolean;
  ok: boolean;
  /** The agent's folder, and the round of the loop. */
  where: string;
  /** What failed, or why it was not typed. */
  why: string | null;
}

export interface Surroundings {
  folder: string;
  env: Record<string, string>;
  /** URL of the repository, in place of GitHub's. */
  repository: string;
  /** Does what a person does for the agent: writes the comment that confirms. */
  confirm(said: string): Promise<void>;
  /** Prepares a fresh clone before its command line is called for the first time. */
  cloned?(clone: string): Promise<void>;
  /** Changes train/train.py of this clone. */
  edit(trainPy: string, idea: string): Promise<void>;
}

export interface Round {
  idea: string;
  claims: boolean;
  /** The folder of the clone it is typed in. */
  from: string;
  /** The first word of each command that cannot be typed here, and why. */
  left: Record<string, string>;
}

/** Exit status 1 of these is an answer: the experiment did not improve. */
const MAY_SAY_NO = ['watch'];

export class Reader {
  readonly #here: Surroundings;
  #cwd: string;
  #clone = '';
  readonly steps: Step[] = [];
  /** Called after each step. */
  heard: (step: Step) => void = () => {};

  constructor(here: Surroundings) {
    this.#here = here;
    this.#cwd = here.folder;
  }

  /** The clone it works in, once there is one. */
  get clone(): string {
    return this.#clone;
  }

  /** Types the block that clones and joins. */
  async begin(block: Command[]): Promise<void> {
    for (const command of block) {
      const text = command.text.replace(
        /https:\/\/github\.com\/[\w.-]+\/[\w.-]+?\.git/,
        this.#here.repository,
      );
      if (verbOf(text) !== 'join') await this.#type(command, text, 'once', []);
      else {
        const said = await this.#type(command, text, 'once', [1]);
        if (said.status === 1) {
          await this.#here.confirm(said.all);
          await this.#type(command, text, 'once, confirmed', []);
        }
      }
      if (this.#clone !== '' || this.#cwd === this.#here.folder) continue;
      this.#clone = this.#cwd;
      await this.#here.cloned?.(this.#clone);
    }
  }

  /** Types the loop once. */
  async round(block: Command[], { idea, claims, from, left }: Round): Promise<void> {
    this.goTo(from);
    const where = `${from === '' ? 'the top' : `${from}/`}, ${idea}, ${claims ? 'with' : 'without'} claim`;
    let number = '';
    for (const command of block) {
      const verb = verbOf(command.text);
      const why = verb === 'claim' && !claims ? 'a round without claim' : left[verb];
      if (why !== undefined) {
        this.#note(command, command.text, where, { executed: false, ok: true, why });
        continue;
      }
      const text = command.text
        .replace(/"([^"]+)"/g, (_, words: string) => `"${words}: ${idea}"`)
        .replace(/\bWORDS\b/, idea.replace(/\W+/g, ' '))
        .replace(/\bN\b/, number || 'N');
      const said = await this.#type(command, text, where, MAY_SAY_NO.includes(verb) ? [1, 3] : []);
      number = /\bwatch (\d+)/.exec(verb === 'submit' ? said.all : '')?.[1] ?? number;
      if (verb === 'best') {
        const path = join(this.#clone, 'train/train.py');
        await this.#here.edit(path, idea);
      }
    }
  }

  /** @param folder of the clone */
  goTo(folder: string): void {
    this.#cwd = join(this.#clone, folder);
  }

  /** Types one command in the clone, as the page has it. */
  async type(command: Command): Promise<void> {
    await this.#type(command, command.text, 'the top', []);
  }

  /** Notes that a command was not typed, and why. */
  leave(command: Command, why: string): void {
    this.#note(command, command.text, '', { executed: false, ok: true, why });
  }

  /** @param fine exit statuses other than 0 that are answers */
  async #type(command: Command, text: string, where: string, fine: number[]) {
    // A terminal keeps its folder and its variables from one command to the next.
    const [at, set] = [join(this.#here.folder, '.cwd'), join(this.#here.folder, '.exported')];
    const script = `[ -f '${set}' ] && . '${set}'\n${text}\nstatus=$?; pwd > '${at}'; export -p > '${set}'; exit $status`;
    const { exitCode, all } = await execa('bash', ['-c', script], {
      ...{ cwd: this.#cwd, env: this.#here.env, extendEnv: false },
      ...{ reject: false, all: true, timeout: 15 * 60_000, stdin: 'ignore' },
    });
    const status = exitCode ?? 124;
    const ok = status === 0 || fine.includes(status);
    this.#note(command, text, where, {
      executed: true,
      ok,
      why: ok ? null : `status ${status}: ${all.slice(-600)}`,
    });
    if (!ok) throw new PageError(`${command.page}:${command.line}: ${text}\nstatus ${status}\n${all}`);
    this.#cwd = (await readFile(at, 'utf8')).trim();
    return { status, all };
  }

  #note(command: Command, text: string, where: string, how: Pick<Step, 'executed' | 'ok' | 'why'>): void {
    const step = { page: command.page, line: command.line, command: text, where, ...how };
    this.steps.push(step);
    this.heard(step);
  }
}

/** A page names a command that does not work. */
export class PageError extends Error {}

function verbOf(text: string): string {
  return /^npx --no descent (\w+)/.exec(text)?.[1] ?? '';
}

/** A different, harmless change for each idea. */
export async function nameIdea(trainPy: string, idea: string): Promise<void> {
  await writeFile(trainPy, `${await readFile(trainPy, 'utf8')}\nIDEA = ${JSON.stringify(idea)}\n`);
}

import type { Command } from './blocks.ts';

/** Commands of README.md and docs/operating.md that cannot run here, with the reason. */

const LEFT: [RegExp, string][] = [
  [/^npm run demo/, 'it is a town of its own: npm run demo'],
  [/^npm test/, 'it is every test: npm test'],
  [
    /^(gh|git remote set-url) /,
    'it changes a repository on github.com; what gh sends there: npm run accept:gh',
  ],
  [/^git (push|commit)/, 'it publishes a repository on github.com'],
  [/create-app/, 'a person confirms on a page of github.com'],
  [/app\/serve\/main\.ts/, 'it runs until it is stopped; the bot of this town was started by it'],
  [/run\.sh --jitconfig/, "it is GitHub's own runner; the emulator's machine stands in for it"],
  [/--track h100/, 'it needs an H100'],
  [/descent prepare h100/, 'it downloads a gigabyte'],
  [/^git clone/, 'the clone of this run is there already'],
];

/** Why a command is not typed here; null where it is. */
export function leftOut({ text }: Command): string | null {
  return LEFT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** Reasons that are about no command of the pages: after a rename, what they kept out would be typed. */
export function idleReasons(commands: Command[]): string[] {
  return LEFT.filter(([pattern]) => !commands.some(({ text }) => pattern.test(text))).map(([, why]) => why);
}

import type { Command } from './blocks.ts';

/** What README.md and docs/operating.md tell people to type: which of it a machine can do here, and why not the rest. */

const LEFT: [RegExp, string][] = [
  [/^npm run demo/, 'it is a town of its own: npm run demo'],
  [/^npm test/, 'it is every test: npm test'],
  [
    /^(gh|git remote set-url) /,
    'it changes a repository on github.com; what gh sends there: npm run accept:gh',
  ],
  [/^git (push|commit)/, 'it publishes a repository on github.com'],
  [
    /^npm run (--silent )?runner/,
    'it registers a machine at github.com; app/register-machine/main.test.ts does it at the emulator',
  ],
  [/create-app/, 'a person confirms on a page of github.com'],
  [/app\/serve\/main\.ts/, 'it runs until it is stopped; the bot of this town was started by it'],
  [/run\.sh --jitconfig/, "it is GitHub's own runner; the emulator's machine stands in for it"],
  [/--track h100/, 'it needs an H100'],
  [/--data climbmix/, 'it downloads a gigabyte'],
  [/^git clone/, 'the clone of this run is there already'],
  [/^(docker|podman|sudo|systemctl|curl|npx smee|caddy)/, 'it is for a server of its own'],
];

/** Why a command is not typed here; null where it is. */
export function leftOut({ text }: Command): string | null {
  return LEFT.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

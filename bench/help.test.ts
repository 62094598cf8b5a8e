import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';

/** Every measurement says what it measures before it starts to. */

const root = join(import.meta.dirname, '..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const files = Object.values(scripts).flatMap(
  (script) => /\bnode (bench\/\S*main\.ts)$/.exec(script)?.[1] ?? [],
);

it('has at least a dozen of them', () => expect(files.length).toBeGreaterThan(12));

it.each(files)(
  '%s answers --help and refuses an option that it does not know',
  { timeout: 60_000 },
  async (file) => {
    const asked = await execa(process.execPath, [file, '--help'], { cwd: root });
    expect(asked.stdout).toMatch(/^Usage: [\s\S]*--json/);
    const wrong = await execa(process.execPath, [file, '--hlep'], { cwd: root, reject: false });
    expect(wrong.stderr).toContain("unknown option '--hlep'");
    expect(wrong.exitCode).toBe(1);
  },
);

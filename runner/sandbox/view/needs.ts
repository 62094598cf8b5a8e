import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Job } from '../../../core/formats/job.ts';
import { SandboxError } from '../sandbox.ts';

/** What an interpreter with torch needs of this machine, as needs.py says it. Folders may hold more than is needed: see `hidden`. */
const needsSchema = z.strictObject({
  /** What lies where on the machine, and the name it has in the sandbox. */
  shown: z.array(z.tuple([z.string(), z.string()])),
  /** Symbolic links to make in the sandbox: what is in the link, and where the link lies. */
  links: z.array(z.tuple([z.string(), z.string()])),
  /** Folders inside shown ones that stay empty. */
  hidden: z.array(z.string()),
});

export type Needs = z.infer<typeof needsSchema>;

/** Where needs.py lies in a checkout. */
export const NEEDS = join('runner', 'sandbox', 'view', 'needs.py');

/** Asks the interpreter. `-I`: nothing of the caller's folder or variables has a say. */
export async function askNeeds(
  repository: string,
  interpreter: string,
  device: Job['device'],
): Promise<Needs> {
  const asked = promisify(execFile)(interpreter, ['-I', join(repository, NEEDS), device], { cwd: '/' });
  const { stdout } = await asked.catch((error: { stderr?: string; message: string }) => {
    const said = error.stderr?.trim().split('\n').at(-1) || error.message;
    throw new SandboxError(
      `The Python environment cannot say what it needs: ${said}. Make it again: node setup/bootstrap.mjs --only python`,
    );
  });
  return parseNeeds(stdout);
}

/** needs.py's answer, checked. */
export function parseNeeds(text: string): Needs {
  return needsSchema.parse(JSON.parse(text));
}

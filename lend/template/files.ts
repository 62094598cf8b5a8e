import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { MACHINE_FILE, type MachineFile } from '../../core/formats/lending/machine-file.ts';
import { gitBlob } from '../../core/git-blob.ts';

/** The three files of a machine's repository. */

/** Where GitHub looks for the workflow, in the machine's repository as in the swarm's. */
export const WORKFLOW_PATH = '.github/workflows/experiment.yml';

/** GitHub's line below the repository's name. */
export const DESCRIPTION = 'A machine lent to a Descent swarm';

/** The workflow, byte for byte. */
export function templateWorkflow(): Promise<string> {
  return readFile(join(import.meta.dirname, 'experiment.yml'), 'utf8');
}

/** Git's id of the workflow, which a run's own is compared with. */
export async function templateBlob(): Promise<string> {
  return gitBlob(Buffer.from(await templateWorkflow()));
}

/** Path -> text. */
export async function machineFiles(file: MachineFile): Promise<Record<string, string>> {
  return {
    [WORKFLOW_PATH]: await templateWorkflow(),
    [MACHINE_FILE]: machineFileText(file),
    'README.md': readme(file),
  };
}

export function machineFileText({ swarm, machine, tracks, accepts }: MachineFile): string {
  return `# Which swarm may order jobs here, and for which tracks. The owner may change it; the swarm reads it again after a push.
${stringify({ swarm, machine, tracks, accepts })}`;
}

function readme({ swarm, machine }: MachineFile): string {
  return `# ${machine}: a machine lent to ${swarm}

Jobs of [${swarm}](https://github.com/${swarm}) run here, on a computer of this repository's owner. No runner is
registered while no job waits. A job's runner takes that job alone and is gone afterwards.

- \`machine.yml\` says what the machine is lent to.
- \`.github/workflows/experiment.yml\` is the only workflow. Only the swarm's App starts it.
- The branch \`state\` says whether the machine is free. Its client writes it.

The owner ends all of it by removing the App from this repository, or by deleting the repository.
`;
}

import { mkdir } from 'node:fs/promises';
import { execa } from 'execa';
import type { Exchange } from '../../stage.ts';
import { openScene, type Scene } from '../scene.ts';
import { VERBS, type Verb, workFolder } from './verbs.ts';

export interface VerbResult {
  verb: string;
  ok: boolean;
  /** The end of what gh said, where it is not as it should be. */
  output?: string;
}

/** The version of gh on this machine; null where there is none. */
export async function ghVersion(): Promise<string | null> {
  const { stdout } = await execa('gh', ['--version'], { reject: false, env: { GH_NO_UPDATE_NOTIFIER: '1' } });
  return stdout ? (/^gh version (\S+)/.exec(stdout)?.[1] ?? 'unknown') : null;
}

/** Every verb against an emulator of its own; one that fails does not stop the others. */
export async function acceptGh(
  options: { tell?: (result: VerbResult) => void; observe?: (exchange: Exchange) => void } = {},
): Promise<VerbResult[]> {
  const scene = await openScene(options.observe && { observe: options.observe });
  try {
    await mkdir(workFolder(scene), { recursive: true });
    const results: VerbResult[] = [];
    for (const verb of VERBS) {
      const result = await tried(scene, verb);
      results.push(result);
      options.tell?.(result);
    }
    return results;
  } finally {
    await scene.close();
  }
}

async function tried(
  scene: Scene,
  { verb, as = 'nova', folder, before, args, says }: Verb,
): Promise<VerbResult> {
  try {
    await before?.(scene);
    const { all, exitCode } = await execa('gh', typeof args === 'function' ? args(scene) : args, {
      cwd: folder === '.' ? scene.folder : workFolder(scene),
      env: scene[as].env,
      extendEnv: false,
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 60_000,
    });
    if (exitCode === 0 && (says === undefined || says.test(all))) return { verb, ok: true };
    return { verb, ok: false, output: `exit ${exitCode}: ${all.slice(-1500)}` };
  } catch (error) {
    return { verb, ok: false, output: (error as Error).message.slice(-1500) };
  }
}

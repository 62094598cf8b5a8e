import { afterEach, expect, it } from 'vitest';
import { gitBlob } from '../../core/git-blob.ts';
import { FrontierScene } from '../../testing/bot/frontier-scene.ts';
import { REPO } from '../../testing/bot/stage.ts';
import { perform } from './perform.ts';

let scene: FrontierScene;
afterEach(() => scene.close());

it('where people keep the bot from the branch, they are told once, and the rest goes on', async () => {
  scene = await FrontierScene.open();
  const owner = scene.stage.agentOf(REPO.owner);
  // Git has no branch beside a folder of this name.
  await owner.git.createRef({ ...REPO, ref: 'refs/heads/frontier/mine', sha: scene.main });
  const world = await scene.read(await scene.stage.open('nova', 'own'));
  const show = { kind: 'frontier' as const, branch: 'frontier', from: scene.main, path: 'train/train.py' };
  const keep = { kind: 'keep' as const, blob: gitBlob('composed'), text: 'composed' };
  for (let i = 0; i < 2; i += 1) await perform(scene.port, world, [{ ...show, links: [] }, keep]);
  const { data } = await owner.issues.listForRepo({ ...REPO, labels: 'frontier-branch' });
  expect(data.map(({ title }) => title)).toEqual(['The branch frontier cannot be written']);
  expect(await scene.port.readBlob(keep.blob)).toBe('composed');
  expect((await scene.port.readMain()).main.oid).toBe(scene.main);
}, 60_000);

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findRepository, storePath } from '../../memory/clone/repository.ts';
import { removeStore } from '../../memory/index/store.ts';
import { cacheFolder } from '../../setup/paths.mjs';
import { stage, user } from '../../testing/clone/clone.ts';

test('a file is measured in the real sandbox beside the incumbent, and a crash is reported with its reason', async () => {
  const { clone } = await stage();
  const here = user(clone, cacheFolder()); // Python and the data are in the machine's own cache
  const index = storePath(await findRepository(clone), here.env);
  onTestFinished(() => removeStore(index));
  await writeFile(
    join(clone, 'idea.py'),
    'def train(task):\n    raise ValueError("heads must divide the width")\n',
  );
  const { status, value, err } = await here.json('try', '--file', 'idea.py', '--budget', '20');
  expect(status).toBe(1);
  expect(value.report).toMatchObject({ outcome: 'crashed', valBpb: null });
  expect(value.report.log).toContain('heads must divide the width');
  expect(value).toMatchObject({ delta: null, against: { certified: true, official: 2, here: null } });
  expect(err).toContain('train:');
  expect((await here.descent('try', '--file', 'none.py')).err).toContain('could not read');
  expect((await here.descent('try', '--file', 'idea.py', '--track', 'tpu')).err).toContain(
    'track tpu has no record',
  );
}, 120_000);

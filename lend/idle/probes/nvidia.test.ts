import { expect, test } from 'vitest';
import { fakeMachine } from '../../testing/fake-machine.ts';
import { asker } from './ask.ts';
import { nvidia } from './nvidia.ts';

const OURS = 4242;

/** nvidia-smi as it answers to the three questions; each is shell code. */
function smi({
  state = 'echo "0, 12, 41"',
  apps = ':',
  monitor = 'exit 1',
}: {
  state?: string;
  apps?: string;
  monitor?: string;
}) {
  return `case "$*" in
*--query-gpu*) ${state} ;;
*--query-compute-apps*) ${apps} ;;
*pmon*) ${monitor} ;;
*) echo "unknown option" >&2; exit 2 ;;
esac`;
}

async function read(script: string | null, signal = AbortSignal.timeout(20_000)) {
  await using machine = await fakeMachine({ programs: script === null ? {} : { 'nvidia-smi': script } });
  const rules = { card: '0', hottest: 90, ours: async (pid: number) => pid === OURS };
  return await nvidia(asker(machine.env), rules).read(signal);
}

const monitor = (...rows: string[]) =>
  [
    '# gpu         pid   type     sm    mem    enc    dec    command',
    '# Idx           #    C/G      %      %      %      %    name',
    ...rows,
  ]
    .map((row) => `echo "${row}"`)
    .join('; ');

test.each([
  ['an idle card', smi({}), 'free', 'GPU: 0 % in use, 12 MiB taken, 41 °C'],
  ['a card in use', smi({ state: 'echo "35, 12, 41"' }), 'busy', '35 %'],
  ['memory held by something that is in no list', smi({ state: 'echo "0, 9000, 41"' }), 'busy', '9000 MiB'],
  ['a hot card', smi({ state: 'echo "0, 12, 90"' }), 'busy', '90 °C'],
  [
    'a program of somebody else',
    smi({ apps: 'echo "77, /usr/bin/python3"' }),
    'busy',
    'python3 (process 77)',
  ],
  [
    'one of a user that is hidden',
    smi({ apps: 'echo "77, [Insufficient Permissions]"' }),
    'busy',
    'process 77',
  ],
  ['one with a comma in its name', smi({ apps: 'echo "77, a, b"' }), 'busy', 'a, b (process 77)'],
  ['one beside ours', smi({ apps: `echo "${OURS}, python"; echo "77, ollama"` }), 'busy', 'ollama'],
  [
    'a card that does not say its use',
    smi({ state: 'echo "[N/A], 12, [Not Supported]"' }),
    'free',
    '? % in use, 12 MiB',
  ],
  ['a card that says nothing', smi({ state: 'echo "[N/A], [N/A], 40"' }), 'unknown', 'neither'],
  [
    'a computer with the tool and no card',
    smi({ state: 'echo "No devices were found"; exit 6', apps: 'exit 6' }),
    'absent',
    'no NVIDIA card',
  ],
  [
    'a driver that was updated under it',
    smi({ state: 'echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18' }),
    'unknown',
    'version mismatch',
  ],
  [
    'a list that cannot be had',
    smi({ apps: 'echo "Unknown Error" >&2; exit 255' }),
    'unknown',
    'Unknown Error',
  ],
  ['garbage', smi({ state: 'printf "\\033[2Jx"' }), 'unknown', 'nobody can read: \\u001b[2Jx'],
  ['nothing', smi({ state: ':' }), 'unknown', 'nobody can read'],
  ['a figure left empty', smi({ state: 'echo "0, , 41"' }), 'unknown', 'nobody can read'],
  ['a figure below nothing', smi({ state: 'echo "-1, 12, 41"' }), 'unknown', 'nobody can read'],
  ['garbage for a list', smi({ apps: 'echo "pid ?"' }), 'unknown', 'nobody can read'],
  ['a computer without the tool', null, 'absent', 'not installed'],
])('%s', async (_, script, verdict, why) => {
  const reading = await read(script);
  expect(reading).toMatchObject({ verdict });
  expect(reading.why).toContain(why);
});

// A job of ours uses the whole card: its figures say nothing of others.
const computing = { state: 'echo "99, 60000, 80"', apps: `echo "${OURS}, python3"` };
test.each([
  [
    'alone',
    smi({
      ...computing,
      monitor: monitor(`    0       ${OURS}     C     95     40      -      -    python3`),
    }),
    'free',
  ],
  [
    'beside a desktop',
    smi({
      ...computing,
      monitor: monitor('    0       900     G      2      1      -      -    gnome-shell'),
    }),
    'free',
  ],
  [
    'beside a game',
    smi({ ...computing, monitor: monitor('    0       901     G     43      9      -      -    game') }),
    'busy',
  ],
  ['on a card without a monitor', smi(computing), 'free'],
  [
    'on a card that lists nobody',
    smi({ ...computing, monitor: monitor('    0         -     -      -      -      -      -    -') }),
    'free',
  ],
])('our own job %s', async (_, script, verdict) => {
  expect(await read(script)).toMatchObject({ verdict });
});

test('a tool that hangs is unknown', async () => {
  expect(await read('/bin/sleep 60', AbortSignal.timeout(200))).toMatchObject({
    verdict: 'unknown',
    why: 'nvidia-smi does not answer',
  });
});

import { type Ask, firstLine } from './ask.ts';
import { absent, busy, free, type Probe, type Reading, unknown } from './probe.ts';

const CSV = '--format=csv,noheader,nounits';
/** A desktop that only shows itself uses less. */
const OTHERS_PERCENT = 10;
/** More than screens and a browser take: a job would lack it. The doctor refuses at the same figure. */
const OTHERS_MIB = 2048;

interface Rules {
  /** The card, as nvidia-smi counts. */
  card: string;
  /** At most so hot, in degrees Celsius. */
  hottest: number;
  /** Whether a process belongs to the job in hand. */
  ours(pid: number): Promise<boolean>;
}

/** Whether others use the card: their programs, and where no job of ours runs, its use and memory. And whether it is too hot. */
export function nvidia(ask: Ask, { card, hottest, ours }: Rules): Probe {
  async function read(signal: AbortSignal): Promise<Reading> {
    const smi = (...args: string[]) => ask('nvidia-smi', args, signal);
    const query = '--query-gpu=utilization.gpu,memory.used,temperature.gpu';
    const [state, apps] = await Promise.all([
      smi('-i', card, query, CSV),
      smi('-i', card, '--query-compute-apps=pid,process_name', CSV),
    ]);
    if (state.kind === 'absent' || apps.kind === 'absent') return absent('nvidia-smi is not installed');
    if (state.kind === 'silent' || apps.kind === 'silent') return unknown('nvidia-smi does not answer');
    if (/no devices were found/i.test(state.stdout + state.stderr)) return absent('no NVIDIA card');
    if (state.status !== 0) return unknown(`nvidia-smi fails: ${firstLine(state.stderr, state.stdout)}`);
    if (apps.status !== 0) return unknown(`nvidia-smi fails: ${firstLine(apps.stderr, apps.stdout)}`);

    const figures = figuresOf(state.stdout);
    const programs = programsOf(apps.stdout);
    if (figures === null || programs === null)
      return unknown(`nvidia-smi answers what nobody can read: ${firstLine(state.stdout, apps.stdout)}`);
    const { percent, mib, celsius } = figures;
    if (celsius !== null && celsius >= hottest)
      return busy(`the GPU has ${celsius} °C, and ${hottest} are allowed`);

    const mine = await Promise.all(programs.map(({ pid }) => ours(pid)));
    const other = programs.find((_, i) => !mine[i]);
    if (other) return busy(`${other.name} (process ${other.pid}) computes on the GPU`);
    if (mine.length > 0) return othersBeside(await smi('pmon', '-i', card, '-c', '1', '-s', 'u'), ours);
    if (percent === null && mib === null) return unknown('the GPU reports neither its use nor its memory');
    if (percent !== null && percent >= OTHERS_PERCENT)
      return busy(`other programs use ${percent} % of the GPU`);
    if (mib !== null && mib > OTHERS_MIB) return busy(`other programs hold ${mib} MiB of the GPU's memory`);
    return free(`GPU: ${percent ?? '?'} % in use, ${mib ?? '?'} MiB taken, ${celsius ?? '?'} °C`);
  }
  return { name: 'nvidia', read };
}

/** While a job of ours computes, only nvidia-smi's monitor tells games and the like from it; some cards lack it. */
async function othersBeside(answer: Awaited<ReturnType<Ask>>, ours: Rules['ours']): Promise<Reading> {
  if (answer.kind !== 'answered' || answer.status !== 0) return free('only our job computes on the GPU');
  const lines = answer.stdout.split('\n');
  const header = lines
    .find((line) => /^#\s*gpu\b/i.test(line))
    ?.replace('#', '')
    .trim()
    .toLowerCase();
  const columns = header?.split(/\s+/) ?? [];
  const [pid, use] = [columns.indexOf('pid'), columns.indexOf('sm')];
  if (pid < 0 || use < 0) return free('only our job computes on the GPU');
  for (const line of lines) {
    const words = line.trim().split(/\s+/);
    const [one, share] = [Number(words[pid]), Number(words[use])];
    if (!Number.isInteger(one) || !(share >= OTHERS_PERCENT) || (await ours(one))) continue;
    return busy(`process ${one} uses ${share} % of the GPU beside our job`);
  }
  return free('only our job uses the GPU');
}

/** A card leaves out what it cannot measure, in brackets: `[N/A]`, `[Not Supported]`. */
function figuresOf(text: string) {
  const words = (text.trim().split('\n')[0] ?? '').split(',').map((word) => word.trim());
  if (words.length !== 3) return null;
  const numbers = words.map((word) => (/^(\[.*\]|N\/A)$/.test(word) ? null : Number(word || 'nothing')));
  if (numbers.some((one) => one !== null && !(one >= 0))) return null;
  const [percent, mib, celsius] = numbers as [number | null, number | null, number | null];
  return { percent, mib, celsius };
}

function programsOf(text: string): { pid: number; name: string }[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/no running processes/i.test(line));
  const programs = lines.map((line) => {
    const [, pid, name = ''] = /^\s*(\d+)\s*(?:,\s*(.*))?$/.exec(line) ?? [];
    return { pid: Number(pid), name: firstLine(name.split('/').at(-1) || 'a program') };
  });
  return programs.every(({ pid }) => pid > 0) ? programs : null;
}

import type { Ask } from '../hardware.ts';

/** One look at the card by its driver's own tool. What the tool does not say is null. */
export interface CardLook {
  /** Whether heat or the power supply holds the clock down. */
  slowed: boolean | null;
  /** The most that it may draw now. */
  powerWatts: number | null;
  /** Share of the last moment in which something ran on it, 0 to 1. */
  use: number | null;
  /** Compute programs on it, by their process numbers on the whole machine. */
  programs: CardProgram[] | null;
}

export interface CardProgram {
  pid: number;
  memoryMiB: number | null;
}

/**
 * Bits of the driver's reasons for a clock below the highest (nvml.h): the slowdown by hardware, of which heat (0x40) and the
 * power supply's brake (0x80) are two, and the slowdown by software for heat. Left out: an idle card (0x1), clocks that the owner
 * set (0x2, 0x100), other cards in step (0x10), and the cap of power (0x4), which a card at full load reaches all the time:
 * an H200 ran at 1,751 MHz instead of 1,980 so (runner/disturbance/judge.ts says how that is bounded instead).
 */
const SLOWED = 0x08n | 0x20n | 0x40n | 0x80n;

/** The second is what drivers before 535 call it. */
const REASONS = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active'];
const FORMAT = '--format=csv,noheader,nounits';

export async function lookAtCard(ask: Ask): Promise<CardLook> {
  const [state, apps] = await Promise.all([
    askFirst(
      ask,
      REASONS.map((reasons) => `--query-gpu=uuid,${reasons},power.limit,utilization.gpu`),
    ),
    ask('nvidia-smi', ['--query-compute-apps=gpu_uuid,pid,used_memory', FORMAT]),
  ]);
  const [uuid = '', reasons = '', power, use] = rows(state?.stdout)[0] ?? [];
  return {
    slowed: /^0x[0-9a-f]{1,16}$/i.test(reasons) ? (BigInt(reasons) & SLOWED) !== 0n : null,
    powerWatts: within(power, 100_000),
    use: percent(use),
    programs: uuid === '' || apps?.status !== 0 ? null : programsOn(uuid, apps.stdout),
  };
}

/** The first answer that is one. */
async function askFirst(ask: Ask, queries: string[]): ReturnType<Ask> {
  for (const query of queries) {
    const ran = await ask('nvidia-smi', [query, FORMAT]);
    if (ran?.status === 0) return ran;
  }
  return null;
}

function programsOn(card: string, text: string): CardProgram[] {
  return rows(text).flatMap(([uuid, pid = '', memory]) =>
    uuid === card && /^[1-9]\d{0,9}$/.test(pid)
      ? [{ pid: Number(pid), memoryMiB: within(memory, 10_000_000) }]
      : [],
  );
}

function rows(text: string | undefined): string[][] {
  const lines = (text ?? '').split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => line.split(',').map((word) => word.trim()));
}

/** Null for `[N/A]`, and for what cannot be. */
function within(text: string | undefined, most: number): number | null {
  const value = /^\d+(\.\d+)?$/.test(text ?? '') ? Number(text) : Number.NaN;
  return value >= 0 && value <= most ? Math.round(value) : null;
}

function percent(text: string | undefined): number | null {
  const value = within(text, 100);
  return value === null ? null : value / 100;
}

import { CommandError } from '../../core/errors.ts';
import type { Config } from '../../core/formats/config.ts';
import { misfit } from '../../core/formats/hardware.ts';
import { own } from '../../core/names.ts';
import { askerIn, describeHardware } from '../../runner/hardware.ts';

/** For which tracks of the swarm this machine may measure. */

/** @param wanted by the owner; null: all that fit. @throws CommandError that names what does not fit */
export async function fittingTracks(
  config: Config,
  wanted: string[] | null,
  env: NodeJS.ProcessEnv,
): Promise<string[]> {
  const names = Object.keys(config.tracks);
  const unknown = wanted?.find((name) => own(config.tracks, name) === undefined);
  if (unknown !== undefined)
    throw new CommandError(`--tracks names ${unknown}`, `The swarm has ${names.join(', ')}.`);
  const fits: string[] = [];
  const reasons: string[] = [];
  for (const name of wanted ?? names) {
    const why = await misfitOf(config.tracks[name]!, env);
    if (why === null) fits.push(name);
    else reasons.push(`${name}: ${why}`);
  }
  if (fits.length === 0 || (wanted !== null && reasons.length > 0))
    throw new CommandError(
      `this machine does not fit ${wanted === null ? 'any track of the swarm' : 'a track'}: ${reasons.join('; ')}`,
      'Choose others with --tracks, or check with: npx --no descent doctor --track NAME',
    );
  return fits;
}

async function misfitOf(track: Config['tracks'][string], env: NodeJS.ProcessEnv): Promise<string | null> {
  const ask = askerIn(env);
  if (track.device === 'mps' && process.platform !== 'darwin') return "it needs Apple's graphics";
  if (track.device === 'cuda' && (await ask('nvidia-smi', ['-L']))?.status !== 0)
    return 'it needs an NVIDIA card, and nvidia-smi shows none';
  return misfit(track.hardware, await describeHardware(track.device, ask));
}

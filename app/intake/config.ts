import { type Config, configSchema } from '../model/config.ts';
import type { Result } from '../model/result.ts';
import { parseStrictYaml } from './problems.ts';

const CONFIG_PATH = '.github/descent.yml';

/** `.github/descent.yml` of main. Null text means the file is not there. */
export function parseConfig(text: string | null): Result<Config> {
  if (text === null) return { ok: false, problems: [`${CONFIG_PATH} is missing on main: restore it`] };
  const parsed = parseStrictYaml(text, configSchema);
  if (!parsed.ok) return parsed;
  const { primary, tracks } = parsed.value;
  if (!Object.hasOwn(tracks, primary)) {
    const known = Object.keys(tracks).join(', ') || 'none';
    return { ok: false, problems: [`\`primary\` is "${primary}": must be one of the tracks (${known})`] };
  }
  return parsed;
}

import { z } from 'zod';
import { parseStrictJson } from '../../../core/formats/strict-json.ts';
import type { Parsed } from '../../../core/parsed.ts';
import { isAllowed } from './hosts.ts';

/**
 * GitHub's runner writes whatever files a just-in-time configuration names, as the owner's user. So it is checked first: three
 * files, no more; GitHub's hosts, no others; our runner's name; one job.
 */

const FILES = ['.runner', '.credentials', '.credentials_rsaparams'] as const;

/** A real one has about 4,000 characters. */
const MOST_CHARACTERS = 64 * 1024;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

interface Expected {
  /** Address of GitHub's API that minted it. */
  api: string;
  /** The name that the runner was registered under. */
  runner: string;
}

type Flat = Record<string, unknown>;

/**
 * @returns the configuration written anew from what was checked: the runner reads exactly that, whatever its own parser would
 * have made of the text
 */
export function checkJit(encoded: string, expected: Expected): Parsed<string> {
  try {
    return { ok: true, value: encode(JSON.stringify(checked(encoded, expected))) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, problems: [`The runner's configuration is refused: ${error.message}.`] };
  }
}

class Refused extends Error {}

function checked(encoded: string, expected: Expected): Record<string, string> {
  if (encoded.length > MOST_CHARACTERS)
    throw new Refused(`it has ${encoded.length} characters; ${MOST_CHARACTERS} are allowed`);
  const files = object(decode(encoded, 'the whole'), 'the whole');
  const names = Object.keys(files);
  const others = names.filter((name) => !FILES.some((file) => file === name));
  if (others.length > 0) throw new Refused(`it would write the file ${show(others[0])}`);
  const missing = FILES.find((file) => !names.includes(file));
  if (missing) throw new Refused(`it has no ${missing}`);
  const [runner, credentials, key] = FILES.map((file) => object(decode(files[file], file), file));
  checkRunner(runner!, expected);
  checkStrings(credentials!, '.credentials', expected.api);
  if (!Object.values(key!).every((part) => typeof part === 'string' && BASE64.test(part)))
    throw new Refused('.credentials_rsaparams holds something else than a key');
  return Object.fromEntries(
    [runner, credentials, key].map((one, at) => [FILES[at], encode(JSON.stringify(one))]),
  );
}

/** The runner reads names of keys in any case, so that two spellings could say two things: one spelling is allowed. */
function checkRunner(runner: Flat, { api, runner: name }: Expected): void {
  checkStrings(runner, '.runner', api);
  const value = (key: string) => Object.entries(runner).find(([one]) => one.toLowerCase() === key)?.[1];
  if (value('agentname') !== name)
    throw new Refused(`its runner is named ${show(value('agentname'))}, not ${show(name)}`);
  if (String(value('ephemeral')).toLowerCase() !== 'true')
    throw new Refused('its runner would take more than one job (Ephemeral is not true)');
  if (!/^[\w-]{1,60}$/.test(String(value('workfolder'))))
    throw new Refused(
      `its work folder is ${show(value('workfolder'))}, which may lie outside the runner's own`,
    );
  if (!['serverurl', 'serverurlv2'].some((key) => typeof value(key) === 'string'))
    throw new Refused('it names no server');
}

function checkStrings(value: unknown, where: string, api: string): void {
  if (typeof value === 'string') {
    const isAddress = /url[^.]*$/i.test(where) || /:\/\/|^[\\/]{2}/.test(value);
    if (isAddress && value !== '' && !isAllowed(value, api))
      throw new Refused(`${where} is ${show(value)}, which is not GitHub's`);
  } else if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    const twice = keys.find(
      (key, at) => keys.findIndex((one) => one.toLowerCase() === key.toLowerCase()) < at,
    );
    if (twice !== undefined) throw new Refused(`${where} has the key ${show(twice)} twice`);
    for (const [key, inner] of Object.entries(value)) {
      if (!/^\w{1,60}$/.test(key)) throw new Refused(`${where} has the key ${show(key)}`);
      checkStrings(inner, `${where}.${key}`, api);
    }
  }
}

function decode(text: unknown, what: string): string {
  if (typeof text !== 'string' || text === '' || !BASE64.test(text))
    throw new Refused(`${what} is not base64`);
  const bytes = Buffer.from(text, 'base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes); // drops a byte order mark
  } catch {
    throw new Refused(`${what} is not UTF-8`);
  }
}

function object(json: string, what: string): Flat {
  let value: unknown;
  try {
    value = parseStrictJson(json);
  } catch (error) {
    throw new Refused(`${what} is not JSON (${(error as Error).message.slice(0, 80)})`);
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  if (!parsed.success) throw new Refused(`${what} is not a JSON object`);
  return parsed.data;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? 'missing').slice(0, 120);
}

import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseSigner, type Verifier } from '../../core/formats/checkpoint.ts';
import { cacheFolder } from '../../setup/paths.mjs';

/** The only place that reads the environment. Errors name the variable and say what it should be. */

const text = z.string().min(1);
const apiUrl = z.url({ protocol: /^https?$/, error: 'must be a URL such as https://api.github.com' });
const level = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']);

const common = {
  GITHUB_API_URL: apiUrl.default('https://api.github.com'),
  LOG_LEVEL: level.default('info'),
  /** Where the bot's clone of the repository lies, with its index. */
  DESCENT_CACHE: text.default(() => cacheFolder({})),
  /** Signs each new ledger (docs/ledger.md). */
  DESCENT_LEDGER_KEY: text
    .transform((key, context) => {
      const parsed = parseSigner(key);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: parsed.problems[0]!, input: '' });
      return z.NEVER;
    })
    .optional(),
};

/** Anybody may install a public App: which swarms it serves is the operator's choice. */
const swarms = {
  SWARMS: z
    .string()
    .regex(
      /^[^/\s,]+\/[^/\s,]+(\s*,\s*[^/\s,]+\/[^/\s,]+)*$/,
      'must be OWNER/REPO, or several of them with commas',
    )
    .transform((list) => list.split(',').map((name) => name.trim().toLowerCase()))
    .optional(),
};

const credentials = {
  APP_ID: z.coerce.number({ error: 'must be the number of the App' }).pipe(z.int().positive()),
  PRIVATE_KEY: text.optional(),
  PRIVATE_KEY_PATH: text.optional(),
};

const serverSchema = z.object({
  ...common,
  ...credentials,
  ...swarms,
  WEBHOOK_SECRET: z
    .string()
    .min(8, 'must have at least 8 characters: anybody who knows it can speak for GitHub'),
  HOST: text.default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'must be a port' }).pipe(z.int().min(1).max(65535)).default(3000),
  SWEEP_MINUTES: z.coerce
    .number({ error: 'must be minutes; 0 for never' })
    .pipe(z.number().min(0).max(1440))
    .default(10),
  PAGES_MINUTES: z.coerce
    .number({ error: 'must be minutes; 0 for sweeps alone' })
    .pipe(z.number().min(0).max(1440))
    .default(5),
});

const appSchema = z.object({ ...common, ...credentials, ...swarms, GITHUB_REPOSITORY: text.optional() });
const tokenSchema = z.object({
  ...common,
  GITHUB_TOKEN: text,
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be OWNER/REPO'),
});

export type ServerEnvironment = Omit<z.infer<typeof serverSchema>, 'PRIVATE_KEY_PATH' | 'PRIVATE_KEY'> & {
  PRIVATE_KEY: string;
};
export type SweepEnvironment =
  | ({ kind: 'app'; repository: string | null } & Pick<
      ServerEnvironment,
      | 'APP_ID'
      | 'PRIVATE_KEY'
      | 'GITHUB_API_URL'
      | 'SWARMS'
      | 'DESCENT_CACHE'
      | 'LOG_LEVEL'
      | 'DESCENT_LEDGER_KEY'
    >)
  | {
      kind: 'token';
      token: string;
      owner: string;
      name: string;
      GITHUB_API_URL: string;
      DESCENT_CACHE: string;
      DESCENT_LEDGER_KEY?: Verifier | undefined;
      LOG_LEVEL: z.infer<typeof level>;
    };

export class EnvironmentError extends Error {
  override name = 'EnvironmentError';
}

type Env = Record<string, string | undefined>;

/** Empty variables count as unset, as most shells and CI systems mean it. */
function setOnes(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}

function parse<T>(schema: z.ZodType<T>, env: Env): T {
  const parsed = schema.safeParse(setOnes(env));
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? '');
    return env[name] ? `${name} ${issue.message}` : `${name} is not set`;
  });
  throw new EnvironmentError(`${lines.join('\n')}\ndocs/operating.md lists the variables.`);
}

function privateKey(env: Pick<z.infer<typeof serverSchema>, 'PRIVATE_KEY' | 'PRIVATE_KEY_PATH'>): string {
  if (env.PRIVATE_KEY) {
    const pem = env.PRIVATE_KEY.replaceAll('\\n', '\n');
    return usable(
      'PRIVATE_KEY',
      pem.includes('-----BEGIN') ? pem : Buffer.from(pem, 'base64').toString('utf8'),
    );
  }
  if (!env.PRIVATE_KEY_PATH) throw new EnvironmentError('PRIVATE_KEY or PRIVATE_KEY_PATH is not set');
  let pem: string;
  try {
    pem = readFileSync(env.PRIVATE_KEY_PATH, 'utf8');
  } catch (error) {
    throw new EnvironmentError(`PRIVATE_KEY_PATH: ${(error as Error).message}`);
  }
  return usable('PRIVATE_KEY_PATH', pem);
}

function usable(name: string, pem: string): string {
  try {
    createPrivateKey(pem);
  } catch {
    throw new EnvironmentError(`${name} is not a private key in PEM, as GitHub gives it for the App`);
  }
  return pem;
}

export function serverEnvironment(env: Env): ServerEnvironment {
  const { PRIVATE_KEY_PATH: _, ...parsed } = parse(serverSchema, env);
  return { ...parsed, PRIVATE_KEY: privateKey({ ...parsed, PRIVATE_KEY_PATH: _ }) };
}

/** An App's credentials when there are any, else the token of a workflow. */
export function sweepEnvironment(env: Env): SweepEnvironment {
  if (env.APP_ID) {
    const parsed = parse(appSchema, env);
    return {
      kind: 'app',
      ...parsed,
      PRIVATE_KEY: privateKey(parsed),
      repository: parsed.GITHUB_REPOSITORY ?? null,
    };
  }
  if (!env.GITHUB_TOKEN)
    throw new EnvironmentError(
      "Neither APP_ID (with PRIVATE_KEY, the App's credentials) nor GITHUB_TOKEN (with GITHUB_REPOSITORY, a workflow's) is set.\n" +
        'docs/operating.md lists the variables.',
    );
  const parsed = parse(tokenSchema, env);
  const [owner, name] = parsed.GITHUB_REPOSITORY.split('/') as [string, string];
  return {
    kind: 'token',
    token: parsed.GITHUB_TOKEN,
    owner,
    name,
    GITHUB_API_URL: parsed.GITHUB_API_URL,
    DESCENT_CACHE: parsed.DESCENT_CACHE,
    LOG_LEVEL: parsed.LOG_LEVEL,
    ...(parsed.DESCENT_LEDGER_KEY && { DESCENT_LEDGER_KEY: parsed.DESCENT_LEDGER_KEY }),
  };
}

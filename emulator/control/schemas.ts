import { z } from 'zod';
import type { faultsSchema } from '../faults.ts';

/** What `/_emulator/` takes and answers. */

export const permissionSchema = z.enum(['read', 'write', 'admin']);

export const userSchema = z.strictObject({ login: z.string() });
export interface UserMade {
  login: string;
  id: number;
  /** Good for the API, and for git over HTTP. */
  token: string;
}

/** Another token of an account, with fewer rights: the scopes of a classic token. */
export const tokenSchema = z.strictObject({ login: z.string(), scopes: z.array(z.string()) });
export interface TokenMade {
  token: string;
}

export const repositorySchema = z.strictObject({
  owner: z.string(),
  name: z.string(),
  /** A folder with a git repository. */
  from: z.string(),
  ref: z.string().default('HEAD'),
});
export interface RepositoryMade {
  id: number;
  full_name: string;
  clone_url: string;
}

export const collaboratorSchema = z.strictObject({
  repository: z.string(),
  login: z.string(),
  permission: permissionSchema,
});

export const appSchema = z.strictObject({
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{0,33}$/),
  repository: z.string(),
  webhook_url: z.url().nullish(),
  webhook_secret: z.string().default('development'),
  permissions: z.record(z.string(), permissionSchema).optional(),
  events: z.array(z.string()).optional(),
  /** Whether accounts other than its owner's may install it. */
  public: z.boolean().default(true),
});
export interface AppMade {
  id: number;
  slug: string;
  private_key: string;
  installation_id: number;
  webhook_secret: string;
}

/** A name of GitHub's own: `actions-runner-linux-x64-2.335.0.tar.gz`. */
export interface ArchiveMade {
  url: string;
  sha256: string;
}
/** The oldest version of a runner that may connect. */
export const minimumRunnerSchema = z.strictObject({ version: z.string().regex(/^\d+(\.\d+)*$/) });

export const installationSchema = z.strictObject({
  app: z.int(),
  /** Full names, all of the account that installs it. */
  repositories: z.array(z.string()).min(1),
});
export interface InstallationMade {
  id: number;
  account: string;
}

/** The owner's settings of an installation: which repositories it has, whether it is suspended. */
export const installationChangeSchema = z.strictObject({
  repositories: z.array(z.string()).min(1).optional(),
  suspended: z.boolean().optional(),
});

export const appChangeSchema = z.strictObject({ webhook_url: z.url() });

/** A button of a check on GitHub's pages; its App's own ones by `identifier`. */
export const buttonSchema = z.strictObject({
  login: z.string(),
  repository: z.string(),
  check_run: z.int(),
  button: z.string(),
});

export const machineSchema = z.strictObject({
  name: z.string(),
  owner: z.string(),
  labels: z.array(z.string()),
  repository: z.string(),
});
export interface MachineMade {
  id: number;
  name: string;
  token: string;
}

export type RepositoryWanted = z.input<typeof repositorySchema>;
export type CollaboratorWanted = z.input<typeof collaboratorSchema>;
export type AppWanted = z.input<typeof appSchema>;
export type InstallationWanted = z.input<typeof installationSchema>;
export type InstallationChange = z.input<typeof installationChangeSchema>;
export type ButtonPressed = z.input<typeof buttonSchema>;
export type MachineWanted = z.input<typeof machineSchema>;
export type FaultsWanted = z.input<typeof faultsSchema>;

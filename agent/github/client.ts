import type { Context } from '../context.ts';

/** GitHub as the writing verbs use it. */
export interface GitHub {
  login: string | null;
}

export async function connect(_context: Context): Promise<GitHub> {
  return { login: null };
}

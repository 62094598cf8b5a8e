import { z } from 'zod';

/** What many formats share: ids of git objects, digests, times and losses. */

export const sha = z.string().regex(/^[0-9a-f]{40}$/, 'must be a full git object id (40 hex digits)');
export const contentSchema = z
  .string()
  .regex(/^(d2)?[0-9a-f]{32}$/, 'must be the first 32 hex digits of a sha256, with a mark before them');
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a sha256 in hex');
export const time = z.iso.datetime();
export const bpb = z.number().min(0).max(100);

import { bpb } from '../core/text/loss.ts';

/** `badge.json`: the record in the form of shields.io's endpoint. @param loss undefined where nothing is measured yet */
export function badge(loss: number | undefined): string {
  const known =
    loss === undefined
      ? { message: 'not measured yet', color: 'lightgrey' }
      : { message: bpb(loss), color: 'green' };
  return JSON.stringify({ schemaVersion: 1, label: 'val_bpb', ...known });
}

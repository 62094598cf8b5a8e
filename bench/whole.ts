import { InvalidArgumentError } from 'commander';

/** Reads an option that counts something. @param refusal what is said of any other value */
export function whole(
  least: number,
  refusal = `must be a whole number of at least ${least}.`,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least) throw new InvalidArgumentError(refusal);
    return value;
  };
}

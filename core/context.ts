/** All a command may know of the world around it. Tests give their own. */
export interface Context {
  /** Where the user stands: somewhere inside a clone. */
  cwd: string;
  env: Record<string, string | undefined>;
  now: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
  /** The answer. */
  out: (text: string) => void;
  /** Progress and warnings. */
  err: (text: string) => void;
}

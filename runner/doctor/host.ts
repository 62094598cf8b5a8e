/** All that a check may know about a machine. Tests describe other machines by the same interface. */
export interface Host {
  platform: NodeJS.Platform;
  /** The caller's user number; null where there is none. */
  uid: number | null;
  env: Record<string, string | undefined>;
  /** A file's text; null when it is missing or closed to us. */
  read(path: string): Promise<string | null>;
  /** The names in a folder; null when it is missing or closed to us. */
  list(path: string): Promise<string[] | null>;
  stat(path: string): Promise<FileFacts | null>;
  /** Bytes that an ordinary user may still write at the path; null when it does not exist. */
  freeBytes(path: string): Promise<number | null>;
  /** Runs a program for at most ten seconds, as another user if given; null when there is no such program. */
  run(file: string, args: string[], as?: number): Promise<Ran | null>;
  /** The `Date` header of a server's answer; null when it cannot be reached. */
  dateOf(url: string): Promise<string | null>;
  /** Wall clock, milliseconds since 1970. */
  now(): number;
  /** Milliseconds of a clock that only runs forward. */
  monotonic(): number;
  wait(milliseconds: number): Promise<void>;
}

export interface FileFacts {
  uid: number;
  /** Permission bits, setuid and the like included. */
  mode: number;
  bytes: number;
  kind: 'file' | 'folder' | 'other';
}

export interface Ran {
  /** Exit status, 128 and more for a signal. */
  status: number;
  stdout: string;
  stderr: string;
}

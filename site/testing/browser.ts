import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's own browser, where it is installed; `.ci/run` installs it. */
const PROGRAM = '/usr/bin/chromium';

export const hasBrowser = existsSync(PROGRAM);

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] });
}

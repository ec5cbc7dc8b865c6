// The browser of the Debian package, headless.
import { existsSync } from 'node:fs';

const executablePath = '/usr/bin/chromium';

/** How playwright starts it. */
export const LAUNCH = {
  executablePath,
  args: [
    ...['--no-sandbox', '--no-first-run'],
    ...['gpu', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`),
  ],
};

/** A reason to skip what needs it; else false. */
export const withoutChromium = existsSync(executablePath)
  ? false
  : 'no Chromium: sudo apt-get install chromium';

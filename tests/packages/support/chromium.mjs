// The browser that scripts/package-tests.mjs found, headless.
const executablePath = process.env.SPANLINK_CHROMIUM;

/** How playwright starts it. */
export const LAUNCH = {
  executablePath,
  args: [
    ...['--no-sandbox', '--no-first-run'],
    ...['gpu', 'background-networking', 'component-update', 'sync'].map((what) => `--disable-${what}`),
  ],
};

/** A reason to skip what needs it; else false. */
export const withoutChromium = executablePath
  ? false
  : 'no Chromium on PATH: on Debian, sudo apt-get install chromium';

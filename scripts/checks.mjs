// Rules about the repository and the package that no compiler checks. Each returns what is wrong, one line a fault.
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { filesUnder } from './fingerprint.mjs';
import { inRoot, optimizedWasm, pkg, root } from './paths.mjs';
import { crateVersion, packageVersion } from './versions.mjs';

const show = (file) => path.relative(root, file).split(path.sep).join('/');

/** The crate and the package have one version, and the changelog has a heading for it. */
export function versionsAgree() {
  const faults = [];
  const version = crateVersion();
  if (packageVersion() !== version) {
    faults.push(`Cargo.toml is version ${version}, pkg-template/package.json ${packageVersion()}`);
  }
  const changelog = inRoot('CHANGELOG.md');
  const lines = existsSync(changelog) ? readFileSync(changelog, 'utf8').split('\n') : [];
  const isHeading = (line) => /^#+ /.test(line) && line.split(/[\s[\]()]+/).includes(version);
  if (!lines.some(isHeading)) faults.push(`CHANGELOG.md has no heading for ${version}`);
  return faults;
}

/** Only src/wasm/ knows of JavaScript. */
export function boundaryHolds() {
  const inside = inRoot('src', 'wasm') + path.sep;
  const sources = filesUnder(inRoot('src')).filter((file) => !file.startsWith(inside));
  return sources.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) =>
        /wasm_bindgen|js_sys/.test(line) ? [`${show(file)}:${index + 1}: ${line.trim()}`] : [],
      ),
  );
}

/** The published files: no OpenTelemetry in the wasm, no dependency, and no trace of the machine that built them. */
export function packageIsClean() {
  const faults = [];
  if (/opentelemetry/i.test(readFileSync(optimizedWasm, 'latin1'))) {
    faults.push(`${show(optimizedWasm)} contains "opentelemetry"`);
  }
  const manifest = JSON.parse(readFileSync(path.join(pkg, 'package.json'), 'utf8'));
  for (const field of Object.keys(manifest).filter((name) => /dependencies$/i.test(name))) {
    faults.push(`pkg/package.json has ${field}`);
  }
  const machine = [root, process.env.CARGO_HOME ?? path.join(os.homedir(), '.cargo')];
  for (const file of [optimizedWasm, ...filesUnder(pkg)]) {
    const text = readFileSync(file, 'latin1');
    for (const place of machine) if (text.includes(place)) faults.push(`${show(file)} contains ${place}`);
  }
  return faults;
}

// What tests the clients, or makes the messages, and is no client itself.
const NO_CLIENTS = /^@opentelemetry\/api$|^@smithy\/|^miniflare$/;

/** The README names every client that the services are tested with, in the version that it is. */
export function tableIsTrue() {
  const { dependencies } = JSON.parse(readFileSync(inRoot('tests', 'services', 'package.json'), 'utf8'));
  const readme = readFileSync(inRoot('README.md'), 'utf8');
  return Object.entries(dependencies)
    .filter(([name, version]) => !NO_CLIENTS.test(name) && !readme.includes(`\`${name}\` ${version}`))
    .map(([name, version]) => `README.md does not have \`${name}\` ${version}`);
}

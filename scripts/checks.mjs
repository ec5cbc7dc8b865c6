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

// What both languages must know, each where it is written: a crossing that asks the other costs more than a test.
const WRITTEN_TWICE = {
  'the longest header': [
    ['pkg-template/src/memory.ts', /MAX_HEADER_LENGTH = ([\d_]+);/],
    ['src/trace_context/mod.rs', /MAX_HEADER_BYTES: usize = ([\d_]+);/],
  ],
  'the messages that cross at a time': [
    ['pkg-template/src/memory.ts', /CHUNK = ([\d_]+);/],
    ['src/wasm/regions.rs', /CHUNK: usize = ([\d_]+);/],
  ],
  'the links of a span': [
    ['pkg-template/src/batch.ts', /DEFAULT_MAX_LINKS = ([\d_]+);/],
    ['src/link/mod.rs', /DEFAULT_MAX_LINKS: usize = ([\d_]+);/],
  ],
  'the length of a key': [
    ['pkg-template/src/checked-definition.ts', /maxKeyBytes = ([\d_]+)\b/],
    ['src/fan_in/definition.rs', /max_key_bytes: ([\d_]+),/],
  ],
  'the prefix of attributes': [
    ['pkg-template/src/checked-definition.ts', /attributePrefix = '(\w+)'/],
    ['src/fan_in/definition.rs', /attribute_prefix: "(\w+)"/],
  ],
  'the slots that are bits': [
    ['pkg-template/src/checked-definition.ts', /MASK_SLOTS = ([\d_]+);/],
    ['src/wasm/fan_in.rs', /MASK_SLOTS: usize = ([\d_]+);/],
  ],
};

/** What is written in both languages is the same in both. */
export function languagesAgree() {
  return Object.entries(WRITTEN_TWICE).flatMap(([what, places]) => {
    const found = places.map(([file, pattern]) => readFileSync(inRoot(file), 'utf8').match(pattern)?.[1]);
    const said = places.map(([file], index) => `${found[index] ?? 'nothing'} in ${file}`);
    const [one, other] = found.map((each) => each?.replaceAll(/(?<=\d)_(?=\d)/g, ''));
    return one !== undefined && one === other ? [] : [`${what}: ${said.join(', ')}`];
  });
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

const PUBLISHED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^bin\/[a-z]+\.mjs$/,
  /^esm\/([a-z0-9-]+\/)*[a-z0-9-]+\.(d\.ts|js|js\.map)$/,
  /^esm\/core\/core_bg\.wasm$/,
  /^node\/([a-z0-9-]+\/)*[a-z0-9-]+\.(cjs|mjs|d\.cts)$/,
  /^node\/spanlink\.cjs\.map$/,
];

/** What is published is what the package needs, and all of it. */
export function publishedFiles() {
  const files = filesUnder(pkg).map((file) => path.relative(pkg, file).split(path.sep).join('/'));
  const strangers = files.filter((file) => !PUBLISHED.some((pattern) => pattern.test(file)));
  const missing = PUBLISHED.filter((pattern) => !files.some((file) => pattern.test(file)));
  return [
    ...strangers.map((file) => `pkg/${file} is no file of the package`),
    ...missing.map((pattern) => `pkg/ has no file like ${pattern}`),
  ];
}

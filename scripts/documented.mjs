// Whether the types of the package say what everything in them is.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parsers } from 'prettier/plugins/typescript';
import { entries } from './entries.mjs';
import { filesUnder } from './fingerprint.mjs';
import { pkg, root } from './paths.mjs';

const esm = path.join(pkg, 'esm');

/** A file of declarations: what it exports, and whether a comment stands before a node of it. */
async function parse(file) {
  const text = readFileSync(file, 'utf8');
  // By prettier, for TypeScript 7 has no parser that is ready to be used.
  const { body, comments } = await parsers.typescript.parse(text, { filepath: file });
  const ends = new Set(comments.filter(({ value }) => value.startsWith('*')).map(({ range }) => range[1]));
  return {
    exported: body.filter(({ type }) => type === 'ExportNamedDeclaration'),
    hasComment: ({ range }) => ends.has(text.slice(0, range[0]).trimEnd().length),
  };
}

const nameOf = (declaration) => (declaration.id ?? declaration.declarations[0].id).name;

/** The names that a user of the package can import. */
async function publicNames() {
  const all = await Promise.all(entries.map((entry) => parse(path.join(esm, `${entry}.d.ts`))));
  const names = ({ declaration, specifiers }) =>
    declaration ? [nameOf(declaration)] : specifiers.map(({ exported }) => exported.name);
  return new Set(all.flatMap(({ exported }) => exported.flatMap(names)));
}

/** The members of an interface or a class that a user sees by name. What a constructor does, its class may say. */
function membersOf({ body }) {
  const members = Array.isArray(body?.body) ? body.body : [];
  const isNamed = ({ key, kind }) => key && key.type !== 'PrivateIdentifier' && kind !== 'constructor';
  return members.filter((each) => isNamed(each) && each.accessibility !== 'private');
}

/** Every export has a comment that says what it is, and so has every member of what a user can import. */
export async function exportsAreDocumented() {
  const known = await publicNames();
  const files = filesUnder(esm).filter(
    (file) => file.endsWith('.d.ts') && !file.includes(`${path.sep}core${path.sep}`),
  );
  const faults = files.map(async (file) => {
    const { exported, hasComment } = await parse(file);
    const bare = exported.flatMap((node) => {
      const { declaration } = node;
      if (!declaration) return [];
      const name = nameOf(declaration);
      const members = (known.has(name) ? membersOf(declaration) : []).filter((each) => !hasComment(each));
      return [
        ...(hasComment(node) ? [] : [name]),
        ...members.map(({ key }) => `${name}.${key.name ?? 'a member'}`),
      ];
    });
    const shown = path.relative(root, file).split(path.sep).join('/');
    return bare.map((name) => `${shown}: ${name} has no comment`);
  });
  return (await Promise.all(faults)).flat();
}

// Writes THIRD_PARTY_NOTICES: the licences of Node's library, of the packages that the server runs and of those in the engine's bundles.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeAtomically } from './engine/incremental.mjs';
import { findNodeBinary } from './engine/node-binary.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Packages whose files the engine's build copies or decodes (scripts/engine/assets.mjs and its neighbours). */
const COPIED = ['brotli-ts', 'brotli-dec-wasm', 'undici', 'hash-wasm'];

/** @param {string} path below node_modules @returns {string | undefined} folder of the package that holds it, relative to the root */
export function packageFolder(path) {
  return /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
}

/** @returns {string[]} folders, relative to the root, of the packages that are passed on */
function shippedPackages() {
  const lock = /** @type {{ packages: Record<string, { dev?: boolean }> }} */ (
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  );
  const folders = new Set(Object.entries(lock.packages).flatMap(([path, entry]) => (path === '' || entry.dev ? [] : [path])));
  const steps = ['.bundles', '.server'].map((name) => join(root, 'generated', name)).filter((folder) => existsSync(folder));
  for (const record of steps.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))) {
    const { inputs } = /** @type {{ inputs: string[] }} */ (JSON.parse(readFileSync(record, 'utf8')));
    for (const input of inputs) {
      const folder = packageFolder(relative(root, input).replaceAll('\\', '/'));
      if (folder !== undefined) folders.add(folder);
    }
  }
  for (const name of COPIED) folders.add(`node_modules/${name}`);
  return [...folders].filter((folder) => existsSync(join(root, folder, 'package.json'))).sort();
}

/** @param {string} folder */
function notice(folder) {
  const manifest = /** @type {{ name: string, version: string, license?: string, author?: string | { name: string } }} */ (
    JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  );
  const files = readdirSync(join(root, folder)).filter(
    (name) => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name) && !/\.(?:js|json)$/.test(name),
  );
  const author = typeof manifest.author === 'object' ? manifest.author.name : manifest.author;
  const texts = files.sort().map((name) => readFileSync(join(root, folder, name), 'utf8').trim());
  if (texts.length === 0)
    texts.push(
      `The package carries no licence file. Its manifest says: ${manifest.license ?? 'nothing'}${author ? `, by ${author}` : ''}.`,
    );
  return `${manifest.name} ${manifest.version} (${manifest.license ?? 'see below'})\n\n${texts.join('\n\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const node = findNodeBinary(root);
  const packages = shippedPackages();
  const line = '-'.repeat(80);
  const parts = [
    'Jampot passes on the following software. Its own licence is in LICENSE.',
    `Node.js ${node.version}: its JavaScript library runs in the page\n\n${readFileSync(node.licence, 'utf8').trim()}`,
    // Compiled by scripts/engine/zstd.
    "Zstandard 1.5.7: its library runs in the page. Its licence is among Node.js's above. Linked to it: parts of wasi-libc (Apache-2.0 WITH LLVM-exception), which\nincludes musl (MIT, Copyright 2005-2020 Rich Felker, et al.) and dlmalloc (CC0-1.0).",
    ...packages.map(notice),
  ];
  writeAtomically(join(root, 'THIRD_PARTY_NOTICES'), `${parts.join(`\n\n${line}\n\n`)}\n`);
  console.log(`THIRD_PARTY_NOTICES: Node.js ${node.version} and ${packages.length} packages`);
}

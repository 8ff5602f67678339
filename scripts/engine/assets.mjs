import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'acorn';
import { hashedName, hashFiles, removeOlder, stepRecord, writeAtomically } from './incremental.mjs';

/**
 * Files of packages that the engine reads at run time, by the name that the engine asks for.
 * `decode` is for packages that carry their wasm as text.
 * @type {ReadonlyArray<{ name: string, file: string, decode?: (file: string) => Uint8Array }>}
 */
const PACKAGE_FILES = [
  { name: 'brotli-encoder.wasm', file: 'node_modules/brotli-ts/dist/wasm/encoder.wasm' },
  { name: 'brotli-decoder.wasm', file: 'node_modules/brotli-dec-wasm/pkg/brotli_dec_wasm_bg.wasm' },
  // Compiled by scripts/engine/zstd/build-zstd.mjs.
  { name: 'zstd.wasm', file: 'generated/zstd.wasm' },
  // undici ships llhttp compiled to wasm inside a module that exports it as a Buffer.
  { name: 'llhttp.wasm', file: 'node_modules/undici/lib/llhttp/llhttp_simd-wasm.js', decode: (file) => createRequire(file)(file) },
];

/**
 * Writes the engine's data files into `public/engine/` under names that carry their content's hash:
 * - `node-builtins.txt`: the sources of what every command line loads, packed (`packSources`)
 * - `node-builtins-rest.txt`: the same for everything else, which may come later
 * - `node-dumps.json`: generated/node/dumps.json
 * - `root-certificates.txt`: what Node trusts by default, base64 DER, one a line
 * - the package files of the table above
 * @param {string} root the project's folder
 * @param {{ version: string, folder: string }} node result of extractNode
 * @returns {Promise<{ assets: Record<string, string>, changed: boolean }>} logical name → URL path
 */
export async function buildAssets(root, node) {
  const output = join(root, 'public', 'engine');
  const sources = ['builtins.json', 'dumps.json', 'command-line.json', 'root-certificates.json'].map((name) => join(node.folder, name));
  const own = join(root, 'scripts', 'engine', 'assets.mjs');
  const key = hashFiles([...sources, ...PACKAGE_FILES.map(({ file }) => join(root, file)), own]);
  const record = stepRecord(join(root, 'generated'), '.assets');
  const known = record.read();
  if (known?.key === key && known.inputs?.every((name) => existsSync(join(output, name)))) {
    return { assets: JSON.parse(readFileSync(join(root, 'generated', 'assets.json'), 'utf8')), changed: false };
  }

  const files = /** @type {Map<string, string | Uint8Array>} */ (new Map());
  for (const [name, text] of builtinTables(node)) files.set(name, text);
  files.set('node-dumps.json', readFileSync(join(node.folder, 'dumps.json'), 'utf8'));
  const roots = /** @type {string[]} */ (JSON.parse(readFileSync(join(node.folder, 'root-certificates.json'), 'utf8')));
  files.set('root-certificates.txt', roots.join('\n'));
  for (const { name, file, decode } of PACKAGE_FILES) {
    const path = join(root, file);
    files.set(name, decode === undefined ? readFileSync(path) : decode(path));
  }

  /** @type {Record<string, string>} */
  const assets = {};
  for (const [name, data] of files) {
    const hashed = hashedName(name, data);
    removeOlder(output, name, hashed);
    writeAtomically(join(output, hashed), data);
    assets[name] = `/engine/${hashed}`;
  }
  writeAtomically(join(root, 'generated', 'assets.json'), JSON.stringify(assets, null, 2));
  record.write({ key, inputs: Object.values(assets).map((path) => path.slice('/engine/'.length)) });
  return { assets, changed: true };
}

/** @param {{ folder: string }} node */
function builtinTables(node) {
  const builtins = /** @type {Record<string, string>} */ (JSON.parse(readFileSync(join(node.folder, 'builtins.json'), 'utf8')));
  const commandLine = new Set(/** @type {string[]} */ (JSON.parse(readFileSync(join(node.folder, 'command-line.json'), 'utf8'))));
  const shipped = Object.entries(builtins).map(([id, source]) => /** @type {const} */ ([id, withoutComments(source)]));
  const rest = packSources(shipped.filter(([id]) => !commandLine.has(id)));
  return /** @type {const} */ ([
    [
      'node-builtins.txt',
      packSources(
        shipped.filter(([id]) => commandLine.has(id)),
        { restBytes: rest.length },
      ),
    ],
    ['node-builtins-rest.txt', rest],
  ]);
}

/**
 * One text from which single sources are read without parsing the others: a line of JSON, {sources: {id: [offset, length]}} in bytes after that
 * line, then the sources one behind the other.
 * @param {ReadonlyArray<readonly [string, string]>} sources
 * @param {Record<string, number>} [more] further fields of the first line
 */
function packSources(sources, more = {}) {
  /** @type {Record<string, [number, number]>} */
  const index = {};
  const parts = sources.map(([id, source]) => ({ id, bytes: Buffer.from(source) }));
  let at = 0;
  for (const { id, bytes } of parts) {
    index[id] = [at, bytes.length];
    at += bytes.length;
  }
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...more, sources: index })}\n`), ...parts.map(({ bytes }) => bytes)]);
}

/**
 * Comments are half of Node's library. They go, their line breaks stay, and so does everything before code on a line: stack traces and
 * the source lines under them name the same places as natively.
 * @param {string} source
 */
function withoutComments(source) {
  /** @type {{ start: number, end: number }[]} */
  const comments = [];
  try {
    parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowReturnOutsideFunction: true,
      allowHashBang: true,
      onComment: (_isBlock, _text, start, end) => void comments.push({ start, end }),
    });
  } catch {
    // A few are modules or profiler scripts that are never compiled as functions: they stay as they are.
    return source;
  }
  let text = '';
  let at = 0;
  for (const { start, end } of comments) {
    // What is printed with an uncaught exception is meant to be read with its comment.
    if (/^\s*(?:throw|triggerUncaughtException\() ?/.test(source.slice(source.lastIndexOf('\n', start) + 1, start))) continue;
    const comment = source.slice(start, end);
    const restOfLine = source.slice(end, source.indexOf('\n', end));
    // Code after a comment on its line keeps its column.
    const lines = comment
      .split('\n')
      .map((line, index, all) => (index === all.length - 1 && restOfLine.trim() !== '' ? ' '.repeat(line.length) : ''));
    text += source.slice(at, start) + lines.join('\n');
    at = end;
  }
  return text + source.slice(at);
}

import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { InstallError } from '../../engine/install/errors.ts';
import { toManifest } from '../../engine/install/manifest.ts';
import { parseSpec } from '../../engine/install/spec.ts';
import { readTar } from '../../engine/install/tar.ts';
import { HttpSyntaxError, ResponseParser } from '../../engine/preview/http/response-parser.ts';
import { FileTreeError, parseTree, toJsonTree, toSnapshot } from '../../engine/protocol/file-tree.ts';
import { decodeMessagePack, encodeMessagePack, MessagePackError } from '../../engine/protocol/message-pack.ts';
import { JampotError } from '../../lib/errors/problem.ts';
import { importZip } from '../../lib/import/import-files.ts';
import { parsePath } from '../../lib/project/paths.ts';
import { DEFAULT_EDGE_LIMITS } from '../../lib/server/edge/limits.ts';
import { readZip } from '../../lib/server/edge/zip-archive.ts';
import { ProblemError } from '../../lib/server/problem.ts';
import { concatenate } from './random.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('../../engine/protocol/file-tree.ts').TreeNode} TreeNode */

/**
 * @typedef {object} Target
 * @property {string} what what is fed with hostile input
 * @property {(random: Random) => void | Promise<void>} once one input; throws where the parser does what it may not
 */

const encoder = new TextEncoder();
const CRC = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = -1;
  for (const byte of bytes) crc = /** @type {number} */ (CRC[(crc ^ byte) & 255]) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** What a parser may throw at damaged input; anything else is a defect. @param {unknown} error @param {readonly (abstract new (...args: never[]) => Error)[]} allowed */
function requireDeclared(error, ...allowed) {
  if (!allowed.some((type) => error instanceof type)) throw error;
}

// -- tar ---------------------------------------------------------------------------------------------------------------------------

/** @param {string} text @param {number} length */
function field(text, length) {
  const bytes = new Uint8Array(length);
  encoder.encodeInto(text, bytes);
  return bytes;
}

/** @param {{ path: string, flag: string, mode: number, data: Uint8Array, size?: number }} entry */
function tarEntry({ path, flag, mode, data, size = data.length }) {
  const octal = (/** @type {number} */ value, /** @type {number} */ length) =>
    field(`${value.toString(8).padStart(length - 1, '0')}\0`, length);
  const header = concatenate([
    field(path, 100),
    octal(mode, 8),
    octal(0, 8),
    octal(0, 8),
    octal(size, 12),
    octal(0, 12),
    field('        ', 8),
    field(flag, 1),
    new Uint8Array(100),
    field('ustar\u000000', 8),
    new Uint8Array(247),
  ]);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(field(`${sum.toString(8).padStart(6, '0')}\0 `, 8), 148);
  return concatenate([header, data, new Uint8Array(-data.length & 511)]);
}

/** @param {string} key @param {string} value */
function paxRecord(key, value) {
  const rest = encoder.encode(` ${key}=${value}\n`).length;
  let length = rest;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return encoder.encode(`${length} ${key}=${value}\n`);
}

/** @param {Random} random */
function tar(random) {
  const written = [];
  const parts = [];
  const isSound = random.chance(0.3);
  for (let left = 1 + random.below(5); left > 0; left -= 1) {
    const name = `package/${random.text(60).toWellFormed().replaceAll('\0', '') || 'x'}`;
    const data = random.bytes(random.length(1500));
    const mode = random.below(0o10000);
    const isLong = encoder.encode(name).length > 100 || random.chance(0.2);
    if (isLong) parts.push(tarEntry({ path: 'PaxHeader', flag: 'x', mode: 0o644, data: paxRecord('path', name) }));
    if (!isSound && random.chance(0.3)) {
      const record = paxRecord(
        random.pick(['size', 'path', '__proto__']),
        random.pick(['-512', '-1024', '1e9', '0x10', 'NaN', '99999999999999999999', '1.5', random.text(20)]),
      );
      parts.push(tarEntry({ path: 'pax', flag: random.pick(['x', 'g']), mode: 0o644, data: record }));
    }
    parts.push(tarEntry({ path: isLong ? 'short' : name, flag: '0', mode, data }));
    written.push({ path: name, type: name.endsWith('/') ? 'directory' : 'file', mode: mode & 0o7777, data });
  }
  parts.push(new Uint8Array(1024));
  const archive = concatenate(parts);
  if (isSound) return assert.deepEqual([...readTar(archive)], written);
  const hostile = random.chance(0.5) ? archive : random.mutate(archive);
  try {
    let entries = 0;
    for (const { path, data, mode } of readTar(hostile)) {
      assert.ok((entries += 1) <= hostile.length / 512, 'more entries than blocks');
      assert.equal(typeof path, 'string');
      assert.ok(mode >= 0 && mode <= 0o7777);
      assert.ok(data.byteOffset >= hostile.byteOffset && data.byteOffset + data.length <= hostile.byteOffset + hostile.length);
    }
  } catch (error) {
    requireDeclared(error, InstallError);
  }
}

// -- snapshots and trees -------------------------------------------------------------------------------------------------------------

/** @param {Random} random @param {number} depth @returns {TreeNode} */
function tree(random, depth) {
  /** @type {Map<string, TreeNode>} */
  const entries = new Map();
  for (let left = random.below(5); left > 0; left -= 1) {
    const name = random.text(20).toWellFormed().replace(/[/\0]/g, '');
    if (name === '' || name === '.' || name === '..') continue;
    if (depth > 0 && random.chance(0.3)) entries.set(name, tree(random, depth - 1));
    else if (random.chance(0.2)) entries.set(name, { kind: 'symlink', target: random.text(30).toWellFormed() });
    else
      entries.set(name, {
        kind: 'file',
        contents: random.chance(0.5) ? random.bytes(random.length(400)) : encoder.encode(random.text(100)),
      });
  }
  return { kind: 'directory', entries };
}

/** @param {TreeNode} node @returns {unknown} */
function plain(node) {
  if (node.kind === 'directory')
    return [...node.entries].map(([name, entry]) => [name, plain(entry)]).sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  return node.kind === 'symlink' ? { to: node.target } : Buffer.from(node.contents).toString('latin1');
}

/** @param {TreeNode} node */
function requireSafeNames(node) {
  if (node.kind !== 'directory') return;
  for (const [name, entry] of node.entries) {
    assert.ok(name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name), `unsafe name ${JSON.stringify(name)}`);
    requireSafeNames(entry);
  }
}

/** @param {Random} random */
function snapshot(random) {
  const node = tree(random, 4);
  const bytes = random.chance(0.5) ? toSnapshot(node) : toJsonTree(node);
  if (random.chance(0.3)) return assert.deepEqual(plain(parseTree(bytes)), plain(node));
  try {
    requireSafeNames(parseTree(random.mutate(bytes)));
  } catch (error) {
    requireDeclared(error, FileTreeError, MessagePackError, SyntaxError);
  }
}

// -- MessagePack -----------------------------------------------------------------------------------------------------------------------

/** @param {Random} random @param {number} depth @returns {import('../../engine/protocol/message-pack.ts').MessagePackValue} */
function value(random, depth) {
  if (depth > 0 && random.chance(0.5))
    return new Map(
      Array.from({ length: random.length(random.chance(0.9) ? 6 : 40) }, () => [
        random.text(random.pick([20, 300])).toWellFormed(),
        value(random, depth - 1),
      ]),
    );
  return random.pick([
    () => random.bytes(random.length(random.chance(0.99) ? 300 : 70_000)),
    () => random.text(400).toWellFormed(),
    () => random.chance(0.5),
  ])();
}

/** @param {Random} random */
function messagePack(random) {
  if (random.chance(0.2)) {
    const one = value(random, 3);
    return assert.deepEqual(decodeMessagePack(encodeMessagePack(one)), one);
  }
  const bytes = random.chance(0.5) ? random.bytes(random.length(300)) : random.mutate(encodeMessagePack(value(random, 2)));
  if (random.chance(0.05)) bytes.fill(random.pick([0x81, 0x91, 0xdc, 0xdd, 0xdf, 0xc6, 0xdb]));
  try {
    decodeMessagePack(bytes);
  } catch (error) {
    requireDeclared(error, MessagePackError);
  }
}

// -- zip ---------------------------------------------------------------------------------------------------------------------------------

/** @param {Random} random */
function zipArchive(random) {
  const files = Array.from({ length: random.below(5) }, () => ({
    name: random.pick([random.text(30), '../up', '/etc/passwd', 'a/../../b', 'a', 'a/b', 'C:\\x', 'x/']).toWellFormed(),
    data: random.bytes(random.length(400)),
    mode: random.pick([0o100644, 0o100755, 0o120777, 0o040755, 0, 0o060000]),
    method: random.pick([0, 8, 8, 12]),
  }));
  const parts = [];
  const table = [];
  let at = 0;
  for (const { name, data, mode, method } of files) {
    const packed = method === 8 ? deflateRawSync(data) : data;
    const nameBytes = encoder.encode(name);
    const common = new DataView(new ArrayBuffer(26));
    common.setUint16(0, 20, true);
    common.setUint16(2, random.chance(0.9) ? 1 << 11 : random.below(65536), true);
    common.setUint16(4, method, true);
    common.setUint32(10, crc32(data), true);
    common.setUint32(14, packed.length, true);
    common.setUint32(18, random.chance(0.95) ? data.length : random.pick([0, 1, 0xffff_ffff, 0x7fff_ffff]), true);
    common.setUint16(22, nameBytes.length, true);
    const shared = new Uint8Array(common.buffer);
    const local = concatenate([Uint8Array.of(0x50, 0x4b, 3, 4), shared, nameBytes, packed]);
    const rest = new DataView(new ArrayBuffer(14));
    rest.setUint32(6, (mode << 16) >>> 0, true);
    rest.setUint32(10, at, true);
    table.push(concatenate([Uint8Array.of(0x50, 0x4b, 1, 2, 20, 3), shared, new Uint8Array(rest.buffer), nameBytes]));
    parts.push(local);
    at += local.length;
  }
  const directory = concatenate(table);
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint16(8, files.length, true);
  end.setUint16(10, files.length, true);
  end.setUint32(12, directory.length, true);
  end.setUint32(16, at, true);
  const bytes = concatenate([...parts, directory, new Uint8Array(end.buffer)]);
  return random.chance(0.4) ? bytes : random.mutate(bytes);
}

/** @param {Random} random */
async function zipImport(random) {
  const bytes = zipArchive(random);
  try {
    const { files, folders, links } = await importZip(new File([bytes], 'hostile.zip'));
    for (const path of [...files.keys(), ...folders, ...links.keys()]) assert.deepEqual(parsePath(path), { path });
    for (const path of files.keys()) assert.ok(!folders.has(path) && !links.has(path));
  } catch (error) {
    requireDeclared(error, JampotError);
  }
}

/** @param {Random} random */
async function zipDeploy(random) {
  const bytes = zipArchive(random);
  try {
    for (const { path, bytes: read } of readZip(bytes, DEFAULT_EDGE_LIMITS)) {
      assert.ok(!path.startsWith('/') && !path.split('/').includes('..'), `unsafe path ${JSON.stringify(path)}`);
      try {
        assert.ok((await read()).length <= DEFAULT_EDGE_LIMITS.fileBytes);
      } catch (error) {
        requireDeclared(error, ProblemError);
      }
    }
  } catch (error) {
    requireDeclared(error, ProblemError);
  }
}

// -- HTTP --------------------------------------------------------------------------------------------------------------------------------

/** @param {Uint8Array} bytes @param {readonly number[]} cuts @param {string} method what the parser makes of the pieces */
function parseInPieces(bytes, cuts, method) {
  const parser = new ResponseParser(method);
  const heads = [];
  const body = [];
  try {
    let from = 0;
    for (const to of [...cuts, bytes.length]) {
      for (const part of parser.push(bytes.slice(from, to))) {
        if (part.type === 'head') heads.push(part.head);
        else body.push(part.bytes);
      }
      from = to;
    }
    return { heads, body: concatenate(body), isWhole: parser.end(), rest: parser.takeRest() };
  } catch (error) {
    requireDeclared(error, HttpSyntaxError);
    return 'refused';
  }
}

/** @param {Random} random */
function httpHead(random) {
  const body = random.bytes(random.length(300));
  const isChunked = random.chance(0.5);
  const chunks = [];
  for (let at = 0; at < body.length;) {
    const size = Math.min(body.length - at, 1 + random.length(100));
    chunks.push(
      encoder.encode(`${size.toString(16)}${random.pick(['', ';x=1', ' '])}\r\n`),
      body.subarray(at, at + size),
      encoder.encode('\r\n'),
    );
    at += size;
  }
  const isTidy = random.chance(0.4);
  const tidied = (/** @type {string} */ text) => (isTidy ? text.replace(/[^\x20-\x7e]/g, '') : text);
  const status = random.pick([100, 101, 103, 200, 204, 206, 304, 404, 599, 99, 1000]);
  const head = [
    `HTTP/1.${random.pick([0, 1, 1, 1, 2])} ${status}${random.pick([' OK', '', ' ', ' Ä'])}`,
    ...Array.from(
      { length: random.below(4) },
      () => `x${isTidy ? '' : random.text(12)}:${random.pick(['', ' '])}${tidied(random.text(30))}`,
    ),
    isChunked
      ? 'Transfer-Encoding: chunked'
      : `Content-Length: ${random.chance(0.9) ? body.length : random.pick(['-1', '1, 2', '1e3', '9'.repeat(16), ''])}`,
  ].join(random.chance(0.9) ? '\r\n' : '\n');
  const whole = concatenate([
    encoder.encode(`${head}\r\n\r\n`),
    ...(isChunked ? [...chunks, encoder.encode(`0\r\n${random.pick(['', 'X: y\r\n'])}\r\n`)] : [body]),
  ]);
  const bytes = isTidy ? whole : random.mutate(whole);
  const method = random.pick(['GET', 'GET', 'HEAD']);
  const cuts = Array.from({ length: random.below(6) }, () => random.below(bytes.length + 1)).sort((a, b) => a - b);
  const atOnce = parseInPieces(bytes, [], method);
  const inPieces = parseInPieces(bytes, cuts, method);
  // Where a refusal comes while bytes are still on their way, the pieces before it may have been handed out: the verdict is the same.
  if (atOnce === 'refused' || inPieces === 'refused') return assert.equal(inPieces, atOnce);
  assert.deepEqual(inPieces, atOnce);
  if (isTidy && status === 200 && method === 'GET') {
    assert.ok(atOnce.isWhole);
    assert.deepEqual(atOnce.body, body);
  }
}

// -- manifests -----------------------------------------------------------------------------------------------------------------------------

const FIELDS = [
  ...[
    'name',
    'version',
    'dependencies',
    'devDependencies',
    'optionalDependencies',
    'peerDependencies',
    'peerDependenciesMeta',
    'bundleDependencies',
  ],
  ...[
    'bundledDependencies',
    'bin',
    'engines',
    'os',
    'cpu',
    'libc',
    'scripts',
    'workspaces',
    'overrides',
    'license',
    'deprecated',
    'funding',
  ],
  ...['hasInstallScript', '_hasShrinkwrap', '__proto__', 'constructor', 'directories'],
];

/** @param {Random} random @param {number} depth @returns {unknown} */
function json(random, depth) {
  if (depth > 0 && random.chance(0.6)) {
    if (random.chance(0.3)) return Array.from({ length: random.below(4) }, () => json(random, depth - 1));
    // As JSON.parse makes it: `__proto__` is a property like others.
    const entries = Array.from({ length: random.below(6) }, () => [
      random.chance(0.5) ? random.pick(FIELDS) : random.text(12),
      json(random, depth - 1),
    ]);
    return JSON.parse(`{${entries.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`).join(',')}}`);
  }
  return random.pick([
    null,
    true,
    false,
    0,
    -1,
    1e300,
    '',
    '1.0.0',
    '^1',
    '../../x',
    '/etc/passwd',
    'npm:a@1',
    'file:../..',
    'a/b',
    random.text(30),
  ]);
}

/** @param {Random} random */
function manifest(random) {
  const made = toManifest(json(random, 4));
  for (const [command, file] of Object.entries(made.bin ?? {})) {
    assert.ok(!command.includes('/') && command !== '..' && command !== '', `bin ${JSON.stringify(command)}`);
    assert.ok(!file.startsWith('/') && !file.split('/').includes('..'), `bin file ${JSON.stringify(file)}`);
  }
  for (const record of [
    made.dependencies,
    made.devDependencies,
    made.optionalDependencies,
    made.peerDependencies,
    made.scripts,
    made.engines,
  ])
    for (const item of Object.values(record ?? {})) assert.equal(typeof item, 'string');
  for (const list of [made.os, made.cpu, made.libc, made.workspaces, made.bundleDependencies])
    for (const item of list ?? []) assert.equal(typeof item, 'string');
  assert.deepEqual(Object.keys(Object.prototype), []);
  try {
    parseSpec(
      random.text(20),
      random.chance(0.5)
        ? random.text(40)
        : random.pick(['npm:', 'npm:@a/b@', 'file:', 'git+ssh://', 'github:a/b#semver:^1', 'http://', '~/x']),
      '/project',
    );
  } catch (error) {
    requireDeclared(error, InstallError);
  }
}

/** By name. @type {Readonly<Record<string, Target>>} */
export const TARGETS = {
  tar: { what: 'packages (engine/install/tar.ts)', once: tar },
  snapshot: { what: 'mounted trees (engine/protocol/file-tree.ts)', once: snapshot },
  'message-pack': { what: 'MessagePack (engine/protocol/message-pack.ts)', once: messagePack },
  'zip-import': { what: 'imported zips (lib/import)', once: zipImport },
  'zip-deploy': { what: 'deployed zips (lib/server/edge/zip-archive.ts)', once: zipDeploy },
  http: { what: "guests' answers (engine/preview/http)", once: httpHead },
  manifest: { what: 'package manifests and specs (engine/install)', once: manifest },
};

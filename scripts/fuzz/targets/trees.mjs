import assert from 'node:assert/strict';
import { FileTreeError, parseTree, toJsonTree, toSnapshot } from '../../../engine/protocol/file-tree.ts';
import { decodeMessagePack, encodeMessagePack, MessagePackError } from '../../../engine/protocol/message-pack.ts';
import { requireDeclared } from '../declared.mjs';

/** @typedef {import('../random.mjs').Random} Random */
/** @typedef {import('../../../engine/protocol/file-tree.ts').TreeNode} TreeNode */

const encoder = new TextEncoder();

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
export function snapshot(random) {
  const node = tree(random, 4);
  const bytes = random.chance(0.5) ? toSnapshot(node) : toJsonTree(node);
  if (random.chance(0.3)) return assert.deepEqual(plain(parseTree(bytes)), plain(node));
  try {
    requireSafeNames(parseTree(random.mutate(bytes)));
  } catch (error) {
    requireDeclared(error, FileTreeError, MessagePackError, SyntaxError);
  }
}

/** @param {Random} random @param {number} depth @returns {import('../../../engine/protocol/message-pack.ts').MessagePackValue} */
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
export function messagePack(random) {
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

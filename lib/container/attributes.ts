import type { Engine } from './engine.ts';

/**
 * What the official client's file system does not tell and cannot set: executable bits and symlinks. Programs of the engine do it: Node reads, `chmod` sets;
 * links are made by mounting, whose trees can carry them.
 */
export type Attributes = { readonly executable: boolean } | { readonly target: string };

/** Paths in one command line. */
const AT_ONCE = 400;
/** Around the answer, since a terminal's output may have other things in it. */
const MARK = '\u0001';

/** Prints `[mode or target or null …]` of the paths it is given. */
export const READ_ATTRIBUTES = `const fs = require('node:fs');
const look = (path) => {
  try {
    const stat = fs.lstatSync(path);
    return stat.isSymbolicLink() ? fs.readlinkSync(path) : stat.isFile() ? stat.mode : null;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  }
};
process.stdout.write('\\u0001' + JSON.stringify(process.argv.slice(1).map(look)) + '\\u0001');`;

/** Of the files and links among the paths; what is gone or something else is not in the result. */
export async function readAttributes(engine: Engine, paths: readonly string[]): Promise<Map<string, Attributes>> {
  const result = new Map<string, Attributes>();
  for (const some of chunks(paths)) {
    const output = await run(engine, 'node', ['-e', READ_ATTRIBUTES, '--', ...some]);
    const found: unknown = JSON.parse(output.split(MARK)[1] ?? 'null');
    if (!Array.isArray(found) || found.length !== some.length) throw new Error('The engine did not tell the modes of its files.');
    for (const [index, path] of some.entries()) {
      const value: unknown = found[index];
      if (typeof value === 'string') result.set(path, { target: value });
      else if (typeof value === 'number') result.set(path, { executable: (value & 0o100) !== 0 });
    }
  }
  return result;
}

export async function setExecutable(engine: Engine, paths: readonly string[], executable: boolean): Promise<void> {
  for (const some of chunks(paths)) await run(engine, 'chmod', [executable ? '755' : '644', ...some.map((path) => `./${path}`)]);
}

/** Makes a symlink, in the place of whatever was there. */
export async function makeLink(engine: Engine, path: string, target: string): Promise<void> {
  await engine.fs.rm(path, { recursive: true, force: true });
  const names = path.split('/');
  const name = names.pop() ?? '';
  let tree: object = { [name]: { file: { symlink: target } } };
  for (const folder of names.reverse()) tree = { [folder]: { directory: tree } };
  await engine.mount(tree as Parameters<Engine['mount']>[0]);
}

function* chunks(paths: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < paths.length; at += AT_ONCE) yield paths.slice(at, at + AT_ONCE);
}

/** All that a command prints. @throws {Error} with it when the command fails */
async function run(engine: Engine, command: string, args: readonly string[]): Promise<string> {
  const process = await engine.spawn(command, [...args]);
  let output = '';
  const drained = process.output.pipeTo(new WritableStream({ write: (chunk) => void (output += String(chunk)) }));
  const code = await process.exit;
  // The hosted engine does not always end the stream of a process.
  await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, 500))]);
  if (code !== 0) throw new Error(`“${command}” ended with exit code ${code}: ${output.trim().slice(-500)}`);
  return output;
}

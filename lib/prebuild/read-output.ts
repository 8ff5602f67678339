import { unzip } from 'fflate';
import type { Engine } from '../container/engine.ts';
import { parsePath } from '../project/paths.ts';

export interface OutputBytes {
  /** Relative to the output folder. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** All files below a folder of the engine, as bytes, in one request: its export as a zip. In order of their paths. */
export async function readOutput(engine: Engine, folder: string): Promise<OutputBytes[]> {
  const archive = await engine.export(folder, { format: 'zip' });
  const entries = await new Promise<Record<string, Uint8Array>>((resolve, reject) => {
    unzip(archive, (error, data) => (error === null ? resolve(data) : reject(error)));
  });
  return Object.entries(entries)
    .filter(([path]) => !path.endsWith('/') && 'path' in parsePath(path))
    .map(([path, bytes]) => ({ path, bytes: bytes as Uint8Array<ArrayBuffer> }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

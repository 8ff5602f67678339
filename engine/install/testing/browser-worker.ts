/** A worker that runs npm commands on an engine file system of its own and answers with what came of them. For tests. */
import { formatFileSystem, openFileSystem } from '../../fs/file-system.ts';
import type { System } from '../../system/types.ts';
import { Disk } from '../disk.ts';
import { npm } from '../program.ts';
import { partial } from './partial.ts';

export interface Job {
  readonly files: Readonly<Record<string, string>>;
  readonly args: readonly string[];
}

export interface JobResult {
  readonly code: number;
  readonly output: string;
  readonly milliseconds: number;
  /** Path → bytes of every file in node_modules. */
  readonly sizes: Readonly<Record<string, number>>;
}

const MEMORY = 256 * 1024 * 1024;

async function run(job: Job): Promise<JobResult> {
  const memory = new SharedArrayBuffer(MEMORY);
  formatFileSystem(memory);
  const files = openFileSystem(memory, { slot: 1 });
  const disk = new Disk(files);
  disk.mkdir('/site');
  for (const [name, text] of Object.entries(job.files)) disk.write(`/site/${name}`, new TextEncoder().encode(text));
  let output = '';
  const system = partial<System>('System', {
    files,
    cwd: () => '/site',
    isTerminal: () => false,
    writeBlocking: (_fd, bytes) => {
      output += new TextDecoder().decode(bytes);
      return bytes.length;
    },
  });
  const started = performance.now();
  const code = await npm({ system, args: ['npm', ...job.args], env: new Map() });
  const milliseconds = performance.now() - started;
  const sizes: Record<string, number> = {};
  const walk = (folder: string) => {
    for (const entry of disk.list(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.type === 2) walk(path);
      else if (entry.type === 1) sizes[path.slice('/site/'.length)] = disk.read(path)?.length ?? -1;
    }
  };
  walk('/site/node_modules');
  return { code, output, milliseconds, sizes };
}

addEventListener('message', (event: MessageEvent<Job>) => {
  run(event.data).then(
    (result) => postMessage(result),
    (error: unknown) =>
      postMessage({
        code: -1,
        output: error instanceof Error ? (error.stack ?? error.message) : String(error),
        milliseconds: 0,
        sizes: {},
      }),
  );
});

/** A project in an engine file system (or in a folder of this machine) on which npm commands are run. For tests. */
import { formatFileSystem, openFileSystem } from '../../fs/file-system.ts';
import type { FileSystem } from '../../fs/types.ts';
import { Disk } from '../disk.ts';
import { dirname, join } from '../paths.ts';
import type { Platform } from '../platform.ts';
import { createNpm, createNpx } from '../program.ts';
import { hostFiles, hostSystem } from './host-system.ts';
import { partial } from './partial.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class TestProject {
  readonly path: string;
  readonly disk: Disk;
  readonly #platform: Platform;
  readonly #files: FileSystem;
  /** Variables on top of PATH and HOME. */
  env: Readonly<Record<string, string>> = {};

  private constructor(projectPath: string, files: FileSystem, platform: Platform) {
    this.path = projectPath;
    this.#files = files;
    this.disk = new Disk(files);
    this.#platform = platform;
  }

  /** In the engine's own file system of the given size; processes cannot be started. */
  static inEngine(platform: Platform, bytes = 64 * 1024 * 1024): TestProject {
    const memory = new SharedArrayBuffer(bytes);
    formatFileSystem(memory);
    const files = openFileSystem(memory, { slot: 1 });
    const project = new TestProject('/home/site', files, platform);
    project.disk.mkdir('/home/site');
    return project;
  }

  /** In a temporary folder of this machine, where scripts run in its shell. */
  static onHost(platform: Platform): TestProject {
    return new TestProject(temporaryFolder('project-'), partial<FileSystem>('FileSystem', hostFiles), platform);
  }

  write(files: Readonly<Record<string, string | object>>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.path, name);
      this.disk.mkdir(dirname(file));
      this.disk.write(file, new TextEncoder().encode(typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`));
    }
  }

  text(name: string): string | null {
    return this.disk.readText(join(this.path, name));
  }

  json(name: string): Record<string, unknown> {
    return JSON.parse(this.text(name) ?? 'null') as Record<string, unknown>;
  }

  exists(name: string): boolean {
    return this.disk.exists(join(this.path, name));
  }

  /** Names in a folder, sorted. */
  list(name: string): string[] {
    return this.disk.list(join(this.path, name)).map((entry) => entry.name);
  }

  async npm(...args: string[]): Promise<Outcome> {
    return this.#run(createNpm(this.#platform), ['npm', ...args]);
  }

  async npx(...args: string[]): Promise<Outcome> {
    return this.#run(createNpx(this.#platform), ['npx', ...args]);
  }

  async #run(program: ReturnType<typeof createNpm>, args: string[]): Promise<Outcome> {
    const host = hostSystem(this.path, this.#files);
    const env = new Map([['PATH', process.env['PATH'] ?? ''], ['HOME', `${this.path}/home`], ...Object.entries(this.env)]);
    const code = await program({ system: host.system, args, env });
    return { code, stdout: host.stdout(), stderr: host.stderr() };
  }
}

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { programs } from '../programs.ts';
import { NativeMachine } from './native-system.ts';

export interface Outcome {
  readonly stdout: string;
  readonly code: number;
}

/** Files that scripts find: the same in both directories, with the same times. */
export function populate(directory: string): void {
  const write = (name: string, text: string, mode = 0o644): void => {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    fs.chmodSync(file, mode);
    fs.utimesSync(file, 1_700_000_000, 1_700_000_000);
  };
  write('fruits.txt', 'banana\napple\ncherry\napple\nbanana\n10 figs\n9 dates\n');
  write('table.csv', 'id,name,size\n3,carol,10\n1,alice,200\n2,bob,30\n');
  write('empty', '');
  write('no-newline', 'last line');
  write('src/main.js', "import x from './lib/x.js';\nconsole.log(x);\n// needle\n");
  write('src/lib/x.js', 'export default 42;\n');
  write('src/lib/y.md', '# Needle\n\ntext needle text\n');
  write('with space.txt', 'a b\n');
  write('unicode.txt', 'häßlich\nnaïve ☕\n日本\n');
  write('.hidden', 'secret\n');
  write('run.sh', '#!/bin/sh\necho "ran $0 $#: $*" | sed "s,ran .*/,ran ,"\nexit 3\n', 0o755);
  write('plain.sh', 'echo sourced $1; value=set\n');
  fs.symlinkSync('fruits.txt', path.join(directory, 'link'));
  fs.symlinkSync('nowhere', path.join(directory, 'broken'));
  fs.lutimesSync(path.join(directory, 'link'), 1_700_000_000, 1_700_000_000);
  fs.lutimesSync(path.join(directory, 'broken'), 1_700_000_000, 1_700_000_000);
  for (const name of ['src/lib', 'src', '.']) fs.utimesSync(path.join(directory, name), 1_700_000_000, 1_700_000_000);
}

function withDirectory<T>(body: (directory: string) => T): T {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'shell-'));
  try {
    populate(directory);
    return body(directory);
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

export const ENV = { HOME: '/home/someone', LANG: 'C.UTF-8', TZ: 'UTC', USER: 'root' };

/** What the machine's own shell and commands do with a script in a populated directory. */
export function runNatively(script: string, shell: 'sh' | 'bash' = 'sh'): Outcome {
  return withDirectory((cwd) => {
    const result = spawnSync(`/bin/${shell}`, ['-c', script], {
      cwd,
      env: { ...ENV, NODE_ENV: 'test', PATH: '/usr/bin:/bin' },
      encoding: 'utf8',
    });
    return { stdout: result.stdout, code: result.status ?? -1 };
  });
}

/** What ours do, in a directory populated alike. */
export function runOurs(script: string, shell: 'sh' | 'bash' = 'sh'): Outcome & { readonly stderr: string } {
  return withDirectory((cwd) =>
    new NativeMachine(new Map(Object.entries(programs))).run([shell, '-c', script], {
      cwd,
      env: { ...ENV, NODE_ENV: 'test', PATH: '/nonexistent' },
    }),
  );
}

import { spawn } from 'node:child_process';
import { dirname } from 'node:path';

/** Runs a script with the pinned Node. @param {{ node: string, folder: string, script: import('./scripts.mjs').Script, timeout: number }} options @returns {Promise<import('./compare.mjs').Outcome>} */
export function runNatively({ node, folder, script, timeout }) {
  return new Promise((resolve, reject) => {
    /** @type {NodeJS.ProcessEnv} */
    const env = Object.assign(Object.create(null), {
      PATH: `${dirname(node)}:/usr/bin:/bin`,
      HOME: '/home',
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      PWD: folder,
    });
    const child = spawn(node, script.command, {
      cwd: folder,
      argv0: 'node',
      env,
    });
    /** @type {Buffer[][]} */
    const chunks = [[], []];
    child.stdout.on('data', (data) => chunks[0]?.push(data));
    child.stderr.on('data', (data) => chunks[1]?.push(data));
    if (script.input !== null) child.stdin.write(script.input);
    const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const [stdout = '', stderr = ''] = chunks.map((list) =>
        Buffer.concat(list).toString().replaceAll(folder, '/home/project').replaceAll(node, '/usr/local/bin/node'),
      );
      resolve({ code: code ?? signalCode(signal), stdout, stderr });
    });
  });
}

/** As a shell gives it. @param {string | null} signal */
function signalCode(signal) {
  const numbers = /** @type {Record<string, number>} */ ({ SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 });
  return signal === 'SIGKILL' ? null : 128 + (numbers[signal ?? ''] ?? 0);
}

/** `node --run name`: a script of the nearest package.json, run by the shell (src/node_task_runner.cc). */
export interface RunScriptFiles {
  /** Text of a file, undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  readonly cwd: string;
  readonly path: string;
}

export type RunScript = { readonly error: string } | { readonly command: string; readonly env: Readonly<Record<string, string>> };

export function findRunScript(files: RunScriptFiles, name: string, args: readonly string[]): RunScript {
  const folders: string[] = [];
  for (let folder = files.cwd; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    folders.push(folder);
    const file = `${folder}/package.json`;
    const text = files.read(file);
    if (text !== undefined) return inPackage(files, folders, file, text, name, args);
    if (folder === '') return { error: `Can't find package.json for directory ${files.cwd}\n` };
  }
}

function inPackage(files: RunScriptFiles, below: string[], file: string, text: string, name: string, args: readonly string[]): RunScript {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { error: `Can't parse ${file}\n` };
  }
  const { scripts } = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as { scripts?: unknown };
  if (typeof scripts !== 'object' || scripts === null) return { error: `Can't find "scripts" field in ${file}\n` };
  const script = (scripts as Record<string, unknown>)[name];
  if (script === undefined) {
    const known = Object.entries(scripts).map(([key, value]) => `  ${key}: ${String(value)}\n`);
    return { error: `Missing script: "${name}" for ${file}\n\nAvailable scripts are:\n${known.join('')}` };
  }
  if (typeof script !== 'string') return { error: `Script "${name}" is unexpectedly malformed for ${file}\n` };
  const folder = below.at(-1) ?? '';
  const above = folder.split('/').map((_, index, parts) => parts.slice(0, parts.length - index).join('/'));
  const bins = [...below.slice(0, -1), ...above].map((one) => `${one}/node_modules/.bin`);
  return {
    command: [script, ...args.map(quote)].join(' '),
    env: { PATH: [...bins, files.path].join(':'), NODE_RUN_SCRIPT_NAME: name, NODE_RUN_PACKAGE_JSON_PATH: file },
  };
}

/** As the task runner escapes arguments for the shell. */
function quote(text: string): string {
  if (text === '') return "''";
  return /^[a-zA-Z0-9^\-_=/.,~+]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A program that runs the script as the process's own: its streams, its exit code. */
export const runScriptProgram = ({ command, env }: { readonly command: string; readonly env: Readonly<Record<string, string>> }): string =>
  `const { status } = require('child_process').spawnSync('/bin/sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit', env: { ...process.env, ...${JSON.stringify(env)} } }); process.exit(status ?? 1);`;

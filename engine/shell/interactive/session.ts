import { Exit, Interrupted } from '../interpreter/control.ts';
import { describeJob } from '../interpreter/builtins/processes.ts';
import type { Shell } from '../interpreter/shell.ts';
import { isIncomplete } from '../language/parser.ts';
import { SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH } from '../signals.ts';
import { complete } from './completion.ts';
import { History } from './history.ts';
import { LineEditor } from './line-editor.ts';
import { DEFAULT_PROMPT, expandPrompt } from './prompt.ts';

const ALIASES: readonly (readonly [string, string])[] = [
  ['ls', 'ls --color=auto'],
  ['grep', 'grep --color=auto'],
  ['ll', 'ls -lh'],
  ['la', 'ls -A'],
];

/** The shell at a terminal: prompt, read, run, until `exit` or Ctrl-D. Returns the exit status. */
export function runInteractive(shell: Shell, login: boolean): number {
  const { system, variables } = shell;
  for (const signal of [SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH]) system.setSignalAction(signal, 'handle');
  for (const [name, text] of ALIASES) shell.aliases.set(name, text);
  if (variables.get('PS1') === undefined) variables.set('PS1', DEFAULT_PROMPT);
  if (variables.get('PS2') === undefined) variables.set('PS2', '> ');
  const home = variables.get('HOME');
  const startFiles = [
    ...(login && home !== undefined ? [`${home}/.profile`] : []),
    variables.get('ENV') ?? (home === undefined ? undefined : `${home}/.bashrc`),
  ];
  for (const file of startFiles) {
    if (file !== undefined && system.files.kind(system.resolve(file)) === 0)
      shell.guard(() => shell.runText(`. '${file.replaceAll("'", `'\\''`)}'`));
  }
  const history = new History(system, variables.get('HISTFILE') ?? (home === undefined ? undefined : `${home}/.sh_history`));
  const editor = new LineEditor(
    system,
    history,
    (text) => complete(shell, text),
    () => void system.takeSignals(),
  );
  for (;;) {
    reportJobs(shell);
    const text = readCommand(shell, editor);
    if (text === null) {
      shell.write('exit\n', 2);
      return shell.lastStatus;
    }
    if (text.trim() === '') continue;
    history.add(text);
    const status = run(shell, text);
    if (status !== undefined) return status;
  }
}

/** One command of one or more lines; empty when it was cancelled, null at the end of input. */
function readCommand(shell: Shell, editor: LineEditor): string | null {
  let text = '';
  for (;;) {
    const prompt = expandPrompt(shell, shell.variables.get(text === '' ? 'PS1' : 'PS2') ?? '');
    const result = editor.read(prompt);
    if (result.kind === 'interrupt') {
      shell.lastStatus = 130;
      return '';
    }
    if (result.kind === 'end') {
      if (text === '') return null;
      return text;
    }
    text += (text === '' ? '' : '\n') + result.text;
    if (!isIncomplete(text)) return text;
  }
}

/** Exit status of the shell when the command ends it. */
function run(shell: Shell, text: string): number | undefined {
  try {
    let ended: number | undefined;
    shell.lastStatus = shell.guard(() => {
      try {
        return shell.runText(text);
      } catch (error) {
        if (!(error instanceof Exit)) throw error;
        ended = error.status;
        return error.status;
      }
    });
    return ended;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    // What comes next starts on a line of its own, not behind ^C.
    shell.write('\n', 2);
    if (shell.lastStatus < 128) shell.lastStatus = 130;
    return undefined;
  }
}

function reportJobs(shell: Shell): void {
  shell.jobs.poll();
  for (const job of [...shell.jobs.all()]) {
    if (!shell.jobs.isDone(job)) continue;
    shell.write(`${describeJob(shell, job)}\n`, 2);
    shell.jobs.remove(job);
  }
}

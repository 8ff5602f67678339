/** Linux signals: names by number, and what a shell prints when one ended a job. */
const TABLE: readonly (readonly [number, string, string])[] = [
  [1, 'HUP', 'Hangup'],
  [2, 'INT', 'Interrupt'],
  [3, 'QUIT', 'Quit'],
  [4, 'ILL', 'Illegal instruction'],
  [5, 'TRAP', 'Trace/breakpoint trap'],
  [6, 'ABRT', 'Aborted'],
  [7, 'BUS', 'Bus error'],
  [8, 'FPE', 'Floating point exception'],
  [9, 'KILL', 'Killed'],
  [10, 'USR1', 'User defined signal 1'],
  [11, 'SEGV', 'Segmentation fault'],
  [12, 'USR2', 'User defined signal 2'],
  [13, 'PIPE', 'Broken pipe'],
  [14, 'ALRM', 'Alarm clock'],
  [15, 'TERM', 'Terminated'],
  [16, 'STKFLT', 'Stack fault'],
  [17, 'CHLD', 'Child exited'],
  [18, 'CONT', 'Continued'],
  [19, 'STOP', 'Stopped (signal)'],
  [20, 'TSTP', 'Stopped'],
  [21, 'TTIN', 'Stopped (tty input)'],
  [22, 'TTOU', 'Stopped (tty output)'],
  [23, 'URG', 'Urgent I/O condition'],
  [24, 'XCPU', 'CPU time limit exceeded'],
  [25, 'XFSZ', 'File size limit exceeded'],
  [26, 'VTALRM', 'Virtual timer expired'],
  [27, 'PROF', 'Profiling timer expired'],
  [28, 'WINCH', 'Window changed'],
  [29, 'POLL', 'I/O possible'],
  [30, 'PWR', 'Power failure'],
  [31, 'SYS', 'Bad system call'],
];

export const SIGHUP = 1;
export const SIGINT = 2;
export const SIGQUIT = 3;
export const SIGPIPE = 13;
export const SIGTERM = 15;
export const SIGTSTP = 20;
export const SIGWINCH = 28;

const numbers = new Map(TABLE.map(([number, name]) => [name, number]));
const names = new Map(TABLE.map(([number, name]) => [number, name]));
const descriptions = new Map(TABLE.map(([number, , description]) => [number, description]));

export const signalNames: readonly string[] = TABLE.map(([, name]) => name);

/** Number of `TERM`, `SIGTERM`, `term` or `15`; undefined for what is none. 0 is allowed as a number. */
export function signalNumber(text: string): number | undefined {
  if (/^\d+$/.test(text)) {
    const number = Number(text);
    return number === 0 || names.has(number) ? number : undefined;
  }
  return numbers.get(text.toUpperCase().replace(/^SIG/, ''));
}

/** Name without SIG. */
export function signalName(number: number): string | undefined {
  return names.get(number);
}

export function signalDescription(number: number): string {
  return descriptions.get(number) ?? `Unknown signal ${number}`;
}

import type { System } from '../../system/types.ts';
import { decode, encode } from '../codec.ts';
import { ArithmeticError } from '../expansion/arithmetic.ts';
import { ExpansionError, expandString, expandWords } from '../expansion/expand.ts';
import type { ExpansionHost } from '../expansion/expand.ts';
import type { Command, Compound, List, Pipeline, Simple } from '../language/ast.ts';
import { parseLines } from '../language/parser.ts';
import { ShellSyntaxError } from '../language/syntax-error.ts';
import { SIGINT, signalName } from '../signals.ts';
import type { Builtin } from './builtin.ts';
import { runBody } from './compound.ts';
import { Break, Continue, Exit, Interrupted, Return, ShellError } from './control.ts';
import { Descriptors } from './descriptors.ts';
import { Jobs } from './jobs.ts';
import { Launcher } from './launcher.ts';
import { Variables } from './variables.ts';

export interface ShellOptions {
  readonly system: System;
  readonly builtins: ReadonlyMap<string, Builtin>;
  readonly specialBuiltins: ReadonlySet<string>;
  readonly name: string;
  readonly positional: readonly string[];
  readonly interactive: boolean;
  readonly bash: boolean;
}

/** Runs syntax trees: the state of one shell process and the execution of its commands. */
export class Shell {
  readonly system: System;
  readonly builtins: ReadonlyMap<string, Builtin>;
  readonly variables = new Variables();
  readonly functions = new Map<string, Command>();
  readonly aliases = new Map<string, string>();
  /** Commands by signal name (without SIG) or `EXIT`; the empty string ignores. */
  readonly traps = new Map<string, string>();
  readonly jobs: Jobs;
  readonly interactive: boolean;
  /** bash's manners: brace expansion, echo without escapes. Also at an interactive prompt. */
  readonly bash: boolean;
  /** Single-letter options that are on. */
  readonly flags = new Set<string>();
  pipefail = false;
  name: string;
  positional: readonly string[];
  shellPid: number;
  lastStatus = 0;
  lastBackground = 0;
  loopDepth = 0;
  sourceDepth = 0;
  line = 1;
  readonly descriptors: Descriptors;
  readonly launcher: Launcher;
  private readonly specialBuiltins: ReadonlySet<string>;
  /** Above 0 inside a condition, where `set -e` does not count. */
  private tested = 0;
  /** Exit status of the newest `$(…)` of the command that is being expanded. */
  substitutionStatus: number | undefined;
  /** The command that the shell can be replaced by: nothing comes after it. */
  private tail: Command | undefined;

  constructor(options: ShellOptions) {
    this.system = options.system;
    this.builtins = options.builtins;
    this.specialBuiltins = options.specialBuiltins;
    this.name = options.name;
    this.positional = options.positional;
    this.interactive = options.interactive;
    this.bash = options.bash;
    this.jobs = new Jobs(options.system);
    this.shellPid = options.system.pid;
    this.descriptors = new Descriptors(this);
    this.launcher = new Launcher(this);
  }

  // -- output -----------------------------------------------------------------------------------------

  /** Writes to standard output (or another descriptor). Returns 0 or a negative errno. */
  write(text: string, fd = 1): number {
    const result = text === '' ? 0 : this.system.writeBlocking(fd, encode(text));
    return Math.min(0, result);
  }

  complain(message: string): void {
    this.write(this.interactive ? `${this.name}: ${message}\n` : `${this.name}: ${this.line}: ${message}\n`, 2);
  }

  // -- parameters ---------------------------------------------------------------------------------------

  getParameter(name: string): string | undefined {
    switch (name) {
      case '?':
        return String(this.lastStatus);
      case '$':
        return String(this.shellPid);
      case '!':
        return this.lastBackground === 0 ? undefined : String(this.lastBackground);
      case '#':
        return String(this.positional.length);
      case '0':
        return this.name;
      case '-':
        return [...this.flags].join('') + (this.interactive ? 'i' : '');
      case 'LINENO':
        return String(this.line);
      case 'RANDOM':
        return this.bash ? String(Math.floor(Math.random() * 32768)) : this.variables.get(name);
      default:
        return /^\d+$/.test(name) ? this.positional[Number(name) - 1] : this.variables.get(name);
    }
  }

  readonly host: ExpansionHost = this.makeHost();

  private makeHost(): ExpansionHost {
    // oxlint-disable-next-line no-this-alias -- the host's getters have a `this` of their own
    const shell = this;
    return {
      get: (name) => shell.getParameter(name),
      set: (name, value) => shell.variables.set(name, value),
      positional: () => shell.positional,
      substitute: (body) => shell.launcher.substitute(body),
      home: (user) => (user === '' ? shell.variables.get('HOME') : shell.homeOf(user)),
      directories: {
        names: (directory) => {
          const entries = shell.system.files.readdir(shell.system.resolve(directory === '' ? '.' : directory));
          return typeof entries === 'number' ? null : entries.map((entry) => entry.name);
        },
        isDirectory: (path) => shell.system.files.kind(shell.system.resolve(path === '' ? '.' : path)) === 1,
        exists: (path) => shell.system.files.lookup(shell.system.resolve(path), false) >= 0,
      },
      get nounset() {
        return shell.flags.has('u');
      },
      get noglob() {
        return shell.flags.has('f');
      },
      get braces() {
        return shell.bash;
      },
    };
  }

  private homeOf(user: string): string | undefined {
    const bytes = this.system.files.readFile('/etc/passwd');
    if (typeof bytes === 'number') return undefined;
    const line = decode(bytes)
      .split('\n')
      .find((entry) => entry.startsWith(`${user}:`));
    return line?.split(':')[5];
  }

  // -- running text ------------------------------------------------------------------------------------

  /** Runs source text in this shell (eval, `.`, `-c`, a script): syntax errors are ShellErrors. */
  runText(source: string, last = false): number {
    let status = 0;
    try {
      const lines = parseLines(source, this.aliases);
      let next = lines.next();
      while (next.done !== true) {
        const list = next.value;
        // Looking ahead would parse later lines before this one defines their aliases: only a source without aliases is looked ahead in.
        const isLast = last && !list.items.some((item) => item.background) && source.trimEnd().indexOf('\n') < 0;
        if (isLast) this.tail = list.items.at(-1)?.command;
        status = this.runList(list);
        next = lines.next();
      }
    } catch (error) {
      if (error instanceof ShellSyntaxError) {
        this.line = error.line;
        throw new ShellError(error.message);
      }
      throw error;
    }
    return status;
  }

  runList(list: List): number {
    let status = 0;
    for (const item of list.items) {
      status = item.background ? this.launcher.runBackground(item.command) : this.run(item.command);
      this.lastStatus = status;
    }
    return status;
  }

  /** Runs a command and applies `set -e`. */
  run(command: Command): number {
    this.handleSignals();
    const status = this.execute(command);
    this.lastStatus = status;
    this.handleSignals();
    if (
      status !== 0 &&
      this.flags.has('e') &&
      this.tested === 0 &&
      command.type !== 'and-or' &&
      !(command.type === 'pipeline' && command.negated)
    ) {
      throw new Exit(status);
    }
    return status;
  }

  private execute(command: Command): number {
    switch (command.type) {
      case 'simple':
        return this.runSimple(command);
      case 'pipeline':
        return this.runPipeline(command);
      case 'and-or': {
        const left = this.condition(() => this.run(command.left));
        this.lastStatus = left;
        if (command === this.tail) this.tail = command.right;
        return (left === 0) === (command.operator === '&&') ? this.runRight(command.right) : left;
      }
      case 'function':
        this.functions.set(command.name, command.body);
        return 0;
      case 'compound':
        return this.runCompound(command);
    }
  }

  /** The last command of an and-or list counts for `set -e`, which `run` applies here. */
  private runRight(command: Command): number {
    return this.run(command);
  }

  condition<T>(body: () => T): T {
    this.tested++;
    try {
      return body();
    } finally {
      this.tested--;
    }
  }

  // -- compound commands ----------------------------------------------------------------------------------

  private runCompound(command: Compound): number {
    if (command.compound.type === 'subshell')
      return this.launcher.foreground([this.launcher.startStage(command, this.descriptors.inherited(), 0)]);
    return this.descriptors.redirected(command.redirects, () => runBody(this, command.compound));
  }

  /** Runs, in a process of its own, what a parent shell handed over. */
  runSubshell(command: Command): number {
    if (command.type !== 'compound' || command.compound.type !== 'subshell') return this.run(command);
    const { body } = command.compound;
    return this.descriptors.redirected(command.redirects, () => this.runList(body));
  }

  // -- simple commands -----------------------------------------------------------------------------------------

  private runSimple(command: Simple): number {
    this.line = command.line;
    this.substitutionStatus = undefined;
    const words = expandWords(command.words, this.host);
    const [name, ...args] = words;
    if (name === undefined) return this.assignOnly(command);
    const body = this.functions.get(name);
    const special = this.specialBuiltins.has(name);
    if (body !== undefined && !special) {
      return this.descriptors.redirected(command.redirects, () =>
        this.withAssignments(command, () => this.callFunction(body, name, args, words)),
      );
    }
    if (name === 'exec') return this.runExec(command, args);
    const builtin = this.builtins.get(name);
    if (builtin !== undefined) return this.runBuiltin(command, builtin, special, words);
    const replacing = command === this.tail && this.traps.size === 0;
    return this.launcher.foreground([
      this.launcher.startSimple(command, words, this.descriptors.inherited(), this.interactive ? 0 : -1, replacing),
    ]);
  }

  /** `command name …`: functions are passed over. */
  runWithoutFunctions(words: readonly string[]): number {
    const [name = '', ...args] = words;
    const builtin = this.builtins.get(name);
    if (builtin !== undefined) {
      try {
        return builtin(this, args, name);
      } catch (error) {
        return this.report(error);
      }
    }
    const simple: Simple = { type: 'simple', assignments: [], words: [], redirects: [], line: this.line, text: words.join(' ') };
    return this.launcher.foreground([this.launcher.startSimple(simple, words, this.descriptors.inherited(), this.interactive ? 0 : -1)]);
  }

  isSpecial(name: string): boolean {
    return this.specialBuiltins.has(name);
  }

  /** Where `getopts` is within a cluster of options. */
  optionOffset: { readonly index: number; readonly offset: number } = { index: 1, offset: 1 };

  trace(words: readonly string[]): void {
    if (!this.flags.has('x')) return;
    this.write(`${this.variables.get('PS4') ?? '+ '}${words.join(' ')}\n`, 2);
  }

  private assignOnly(command: Simple): number {
    const assigned = this.assignments(command);
    this.trace(assigned.map(([name, value]) => `${name}=${value}`));
    for (const [name, value] of assigned) this.variables.set(name, value);
    if (command.redirects.length > 0) {
      try {
        this.descriptors.redirected(command.redirects, () => 0);
      } catch (error) {
        return this.report(error);
      }
    }
    return this.substitutionStatus ?? 0;
  }

  /** The values of a command's assignments, expanded. */
  assignments(command: Simple): [string, string][] {
    const values = new Map<string, string>();
    for (const { name, value, append } of command.assignments) {
      const text = expandString(value, this.host, true);
      const result = append ? (values.get(name) ?? this.variables.get(name) ?? '') + text : text;
      values.set(name, result);
      // Later assignments of the same command see earlier ones.
      if (command.words.length === 0) this.variables.set(name, result);
    }
    return [...values];
  }

  private withAssignments(command: Simple, body: () => number, keep = false): number {
    const assigned = this.assignments(command);
    const saved = assigned.map(([name]) => [name, this.variables.describe(name)] as const);
    for (const [name, value] of assigned) {
      this.variables.set(name, value);
      if (!keep) this.variables.mark(name, 'exported');
    }
    try {
      return body();
    } finally {
      if (!keep) for (const [name, variable] of saved.reverse()) this.variables.restore(name, variable);
    }
  }

  private callFunction(body: Command, name: string, args: readonly string[], words: readonly string[]): number {
    this.trace(words);
    const { positional, loopDepth } = this;
    if (this.callDepth > 1000) throw new ShellError(`${name}: Maximum function recursion depth (1000) reached`);
    this.callDepth++;
    this.positional = args;
    this.loopDepth = 0;
    this.variables.pushScope();
    try {
      return this.run(body);
    } catch (error) {
      if (error instanceof Return) return error.status;
      throw error;
    } finally {
      this.variables.popScope();
      this.positional = positional;
      this.loopDepth = loopDepth;
      this.callDepth--;
    }
  }

  private callDepth = 0;

  private runBuiltin(command: Simple, builtin: Builtin, special: boolean, words: readonly string[]): number {
    const [name = '', ...args] = words;
    try {
      return this.descriptors.redirected(command.redirects, () =>
        this.withAssignments(
          command,
          () => {
            this.trace(words);
            return builtin(this, args, name);
          },
          special,
        ),
      );
    } catch (error) {
      if (special && error instanceof ShellError && !this.interactive) throw error;
      return this.report(error);
    }
  }

  /** Prints an error of the shell and gives its status; anything else flies on. */
  report(error: unknown): number {
    if (!(error instanceof ShellError)) throw error;
    this.complain(error.message);
    return error.status;
  }

  private runExec(command: Simple, args: readonly string[]): number {
    if (args.length === 0) {
      for (const [name, value] of this.assignments(command)) this.variables.set(name, value);
      this.descriptors.apply(command.redirects);
      return 0;
    }
    throw new Exit(this.launcher.foreground([this.launcher.startSimple(command, args, this.descriptors.inherited(), -1, true)]));
  }

  private runPipeline(command: Pipeline): number {
    const only = command.commands[0];
    const started = Date.now();
    let status: number;
    if (command.commands.length === 1 && only !== undefined) {
      status = command.negated ? this.condition(() => this.run(only)) : this.run(only);
    } else status = this.launcher.foreground(this.launcher.startPipeline(command, this.descriptors.inherited()));
    if (command.timed) {
      const seconds = (Date.now() - started) / 1000;
      const shown = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
      this.write(`\nreal\t${shown}\n`, 2);
    }
    return command.negated ? (status === 0 ? 1 : 0) : status;
  }

  // -- signals -----------------------------------------------------------------------------------------------------------

  /** Runs the traps of signals that have arrived; Ctrl-C goes to the group that is waited for, without one it drops the line. */
  handleSignals(group?: number): void {
    for (const signal of this.system.takeSignals()) {
      const command = this.traps.get(signalName(signal) ?? '');
      if (command !== undefined && command !== '') {
        const status = this.lastStatus;
        this.runText(command);
        this.lastStatus = status;
      } else if (this.interactive && signal === SIGINT) {
        if (group === undefined) throw new Interrupted();
        this.system.kill(-group, SIGINT);
      }
    }
  }

  /** Runs a whole program and the EXIT trap; returns the shell's exit status. */
  runProgram(body: () => number): number {
    let status = this.guard(body);
    const trap = this.traps.get('EXIT');
    if (trap !== undefined && trap !== '') {
      this.traps.delete('EXIT');
      this.lastStatus = status;
      const after = this.guard(() => {
        this.runText(trap);
        return status;
      });
      status = after;
    }
    return status;
  }

  /** Runs a body; what ends a script ends in its status. */
  guard(body: () => number): number {
    try {
      return body();
    } catch (error) {
      if (error instanceof Exit || error instanceof Return) return error.status;
      if (error instanceof Break || error instanceof Continue) return 0;
      if (error instanceof ShellError) {
        this.complain(error.message);
        return error.status;
      }
      if (error instanceof ExpansionError || error instanceof ArithmeticError) {
        this.complain(error.message);
        return 2;
      }
      throw error;
    }
  }
}

import type { ExitStatus, System } from '../../system/types.ts';
import { decode, concat, encode } from '../codec.ts';
import { EACCES, EINTR, EISDIR, ENOENT, ENOEXEC, ENOTDIR, strerror } from '../errno.ts';
import { ArithmeticError } from '../expansion/arithmetic.ts';
import { ExpansionError, expandPattern, expandString, expandWords } from '../expansion/expand.ts';
import type { ExpansionHost } from '../expansion/expand.ts';
import { patternToRegExp } from '../expansion/pattern.ts';
import type { Command, Compound, CompoundBody, List, Pipeline, Redirect, Simple } from '../language/ast.ts';
import { parseLines } from '../language/parser.ts';
import { ShellSyntaxError } from '../language/syntax-error.ts';
import { SIGINT, SIGPIPE, signalDescription, signalName } from '../signals.ts';
import type { Builtin } from './builtin.ts';
import { findExecutable } from './command-search.ts';
import { evaluateConditional } from './conditional.ts';
import { Break, Continue, Exit, Interrupted, Return, ShellError } from './control.ts';
import { Jobs, statusCode } from './jobs.ts';
import { openRedirect } from './redirect.ts';
import type { RedirectAction, ResolvedRedirect } from './redirect.ts';
import { STATE_VARIABLE } from './subshell-state.ts';
import type { SubshellState } from './subshell-state.ts';
import { Variables } from './variables.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const X_OK = 1;
/** `fds` of a child: child descriptor i is the shell's `map[i]`, -1 closed. */
type DescriptorMap = number[];

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
  /** Descriptors from 3 up that commands inherit. */
  readonly extraDescriptors = new Set<number>();
  private readonly specialBuiltins: ReadonlySet<string>;
  /** Above 0 inside a condition, where `set -e` does not count. */
  private tested = 0;
  private substitutionStatus: number | undefined;
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
    for (let fd = 3; fd < 10; fd++) if (typeof this.system.kind(fd) === 'string') this.extraDescriptors.add(fd);
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
      case '?': return String(this.lastStatus);
      case '$': return String(this.shellPid);
      case '!': return this.lastBackground === 0 ? undefined : String(this.lastBackground);
      case '#': return String(this.positional.length);
      case '0': return this.name;
      case '-': return [...this.flags].join('') + (this.interactive ? 'i' : '');
      case 'LINENO': return String(this.line);
      case 'RANDOM': return this.bash ? String(Math.floor(Math.random() * 32768)) : this.variables.get(name);
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
      substitute: (body) => shell.substitute(body),
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
    const line = decode(bytes).split('\n').find((entry) => entry.startsWith(`${user}:`));
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
      status = item.background ? this.runBackground(item.command) : this.run(item.command);
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
    if (status !== 0 && this.flags.has('e') && this.tested === 0 && command.type !== 'and-or' && !(command.type === 'pipeline' && command.negated)) {
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

  private condition<T>(body: () => T): T {
    this.tested++;
    try {
      return body();
    } finally {
      this.tested--;
    }
  }

  // -- compound commands ----------------------------------------------------------------------------------

  private runCompound(command: Compound): number {
    if (command.compound.type === 'subshell') return this.foreground([this.startStage(command, this.descriptors(), 0)]);
    return this.withRedirects(command.redirects, () => this.runBody(command.compound));
  }

  private runBody(body: CompoundBody): number {
    switch (body.type) {
      case 'group':
      case 'subshell':
        return this.runList(body.body);
      case 'if':
        for (const clause of body.clauses) if (this.condition(() => this.runList(clause.condition)) === 0) return this.runList(clause.body);
        return body.otherwise === null ? 0 : this.runList(body.otherwise);
      case 'for': {
        const values = body.words === null ? this.positional : expandWords(body.words, this.host);
        let status = 0;
        for (const value of values) {
          this.variables.set(body.name, value);
          const result = this.iterate(() => this.runList(body.body));
          status = result.status ?? status;
          if (result.stop) break;
        }
        return status;
      }
      case 'while': {
        let status = 0;
        for (;;) {
          let ended = false;
          const result = this.iterate(() => {
            if ((this.condition(() => this.runList(body.condition)) === 0) === body.until) {
              ended = true;
              return status;
            }
            return this.runList(body.body);
          });
          status = result.status ?? 0;
          if (ended || result.stop) return status;
        }
      }
      case 'case': {
        const subject = expandString(body.subject, this.host);
        for (const clause of body.clauses) {
          for (const pattern of clause.patterns) {
            if (patternToRegExp(expandPattern(pattern, this.host)).test(subject)) return this.runList(clause.body);
          }
        }
        return 0;
      }
      case 'conditional':
        return evaluateConditional(this, body.words);
    }
  }

  private iterate(body: () => number): { readonly status: number | undefined; readonly stop: boolean } {
    this.loopDepth++;
    try {
      return { status: body(), stop: false };
    } catch (error) {
      if (!(error instanceof Break || error instanceof Continue)) throw error;
      this.lastStatus = 0;
      if (error.levels > 1 && this.loopDepth > 1) {
        error.levels--;
        throw error;
      }
      return { status: 0, stop: error instanceof Break };
    } finally {
      this.loopDepth--;
    }
  }

  /** Runs, in a process of its own, what a parent shell handed over. */
  runSubshell(command: Command): number {
    if (command.type !== 'compound' || command.compound.type !== 'subshell') return this.run(command);
    const { body } = command.compound;
    return this.withRedirects(command.redirects, () => this.runList(body));
  }

  // -- redirects ---------------------------------------------------------------------------------------------

  private resolveRedirect(redirect: Redirect): ResolvedRedirect {
    const word = redirect.operator === '<<' ? redirect.body ?? { parts: [] } : redirect.target;
    const text = expandString(word, this.host);
    return { fd: redirect.fd, operator: redirect.operator, target: redirect.operator === '<<<' ? `${text}\n` : text };
  }

  private open(redirect: Redirect, current: (fd: number) => number): RedirectAction[] {
    return openRedirect(this.system, this.resolveRedirect(redirect), current, {
      noclobber: this.flags.has('C'),
      temporary: this.variables.get('TMPDIR') ?? '/tmp',
    });
  }

  /** Runs a body of this shell with its own descriptors redirected, then puts them back. */
  private withRedirects(redirects: readonly Redirect[], body: () => number): number {
    if (redirects.length === 0) return body();
    const saved: { fd: number; copy: number; extra: boolean }[] = [];
    try {
      this.applyRedirects(redirects, (fd) => saved.push({ fd, copy: this.system.dup(fd, 10), extra: this.extraDescriptors.has(fd) }));
      return body();
    } finally {
      for (const { fd, copy, extra } of saved.reverse()) {
        if (copy >= 0) {
          this.system.dup2(copy, fd);
          this.system.close(copy);
        } else this.system.close(fd);
        if (fd > 2 && !extra) this.extraDescriptors.delete(fd);
      }
    }
  }

  /** Redirects this process's own descriptors, for good (`exec >file`) unless `save` keeps copies. */
  applyRedirects(redirects: readonly Redirect[], save: (fd: number) => void = () => undefined): void {
    for (const redirect of redirects) {
      const actions = this.open(redirect, (fd) => fd);
      // The new descriptor may have been given the very number that is to be redirected.
      let high = -1;
      const first = actions.find((action) => action.opened);
      if (first !== undefined) {
        high = this.system.dup(first.source, 10);
        this.system.close(first.source);
        if (high < 0) throw new ShellError(`${redirect.fd}: ${strerror(high)}`);
      }
      for (const { fd, source } of actions) {
        save(fd);
        if (source < 0) {
          this.system.close(fd);
          this.extraDescriptors.delete(fd);
          continue;
        }
        this.system.dup2(high >= 0 ? high : source, fd);
        if (fd > 2) this.extraDescriptors.add(fd);
      }
      if (high >= 0) this.system.close(high);
    }
  }

  /** The descriptors that a child inherits. */
  descriptors(): DescriptorMap {
    const map: DescriptorMap = [];
    for (let fd = 0; fd <= Math.max(2, ...this.extraDescriptors); fd++) {
      map.push((fd < 3 || this.extraDescriptors.has(fd)) && typeof this.system.kind(fd) === 'string' ? fd : -1);
    }
    return map;
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
      return this.withRedirects(command.redirects, () => this.withAssignments(command, () => this.callFunction(body, name, args, words)));
    }
    if (name === 'exec') return this.runExec(command, args);
    const builtin = this.builtins.get(name);
    if (builtin !== undefined) return this.runBuiltin(command, builtin, special, words);
    const replacing = command === this.tail && this.traps.size === 0;
    return this.foreground([this.startSimple(command, words, this.descriptors(), this.interactive ? 0 : -1, replacing)]);
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
    return this.foreground([this.startSimple(simple, words, this.descriptors(), this.interactive ? 0 : -1)]);
  }

  isSpecial(name: string): boolean {
    return this.specialBuiltins.has(name);
  }

  /** Where `getopts` is within a cluster of options. */
  optionOffset: { readonly index: number; readonly offset: number } = { index: 1, offset: 1 };

  private trace(words: readonly string[]): void {
    if (!this.flags.has('x')) return;
    this.write(`${this.variables.get('PS4') ?? '+ '}${words.join(' ')}\n`, 2);
  }

  private assignOnly(command: Simple): number {
    const assigned = this.assignments(command);
    this.trace(assigned.map(([name, value]) => `${name}=${value}`));
    for (const [name, value] of assigned) this.variables.set(name, value);
    if (command.redirects.length > 0) {
      try {
        this.withRedirects(command.redirects, () => 0);
      } catch (error) {
        return this.report(error);
      }
    }
    return this.substitutionStatus ?? 0;
  }

  private assignments(command: Simple): [string, string][] {
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
      return this.withRedirects(command.redirects, () =>
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
  private report(error: unknown): number {
    if (!(error instanceof ShellError)) throw error;
    this.complain(error.message);
    return error.status;
  }

  private runExec(command: Simple, args: readonly string[]): number {
    if (args.length === 0) {
      for (const [name, value] of this.assignments(command)) this.variables.set(name, value);
      this.applyRedirects(command.redirects);
      return 0;
    }
    throw new Exit(this.foreground([this.startSimple(command, args, this.descriptors(), -1, true)]));
  }

  // -- processes ------------------------------------------------------------------------------------------------------

  /**
   * Starts an external command. Returns its pid, or the negated exit status of a failure that has been reported.
   * `group`: -1 stays in the shell's process group, 0 makes a new one, else joins that one. `replacing` puts the command in this shell's place instead.
   */
  private startSimple(command: Simple, words: readonly string[], base: DescriptorMap, group: number, replacing = false): number {
    const [name = ''] = words;
    const opened: number[] = [];
    try {
      const environment = new Map(this.variables.environment().map((entry) => [entry.slice(0, entry.indexOf('=')), entry]));
      for (const [key, value] of this.assignments(command)) environment.set(key, `${key}=${value}`);
      this.trace(words);
      const map = [...base];
      for (const redirect of command.redirects) {
        for (const action of this.open(redirect, (fd) => map[fd] ?? -1)) {
          if (action.opened) opened.push(action.source);
          while (map.length <= action.fd) map.push(-1);
          map[action.fd] = action.source;
        }
      }
      const path = environment.get('PATH')?.slice(5) ?? DEFAULT_PATH;
      if (replacing) this.execProgram(name, words, [...environment.values()], path, map);
      return this.startProgram(name, words, [...environment.values()], path, map, group);
    } catch (error) {
      return -this.report(error);
    } finally {
      for (const fd of opened) this.system.close(fd);
    }
  }

  /** Comes back only when the file cannot be run: starting it then says why. */
  private execProgram(name: string, words: readonly string[], env: readonly string[], path: string, fds: DescriptorMap): void {
    const found = name.includes('/') ? name : findExecutable(this.system, name, path);
    if (typeof found !== 'string') return;
    const file = this.system.resolve(found);
    if (this.system.files.kind(file) === 0 && this.system.files.access(file, X_OK) === 0) this.system.exec({ file, args: words, env, fds });
  }

  private startProgram(name: string, words: readonly string[], env: readonly string[], path: string, map: DescriptorMap, group: number): number {
    const found = name.includes('/') ? name : findExecutable(this.system, name, path);
    if (found === -EACCES) throw new ShellError(`${name}: Permission denied`, 126);
    // The engine's own programs need no file: what PATH does not have, the kernel may.
    const file = typeof found === 'string' ? (found.startsWith('/') ? found : this.system.resolve(found)) : name;
    const request = { file, args: words, env, cwd: this.system.cwd(), fds: map, ...(group < 0 ? {} : { processGroup: group }) };
    let pid = this.system.spawn(request);
    if (pid === -ENOEXEC) {
      // A script without `#!` is the shell's own to run (POSIX 2.9.1).
      pid = this.system.spawn({ ...request, file: '/bin/sh', args: ['sh', file, ...words.slice(1)] });
    }
    if (pid > 0) return pid;
    if (pid === -ENOENT || pid === -ENOTDIR) {
      const exists = name.includes('/') && this.system.files.kind(this.system.resolve(name)) >= 0;
      if (exists) throw new ShellError(`${name}: cannot execute: required file not found`, 127);
      throw new ShellError(`${name}: ${this.interactive && !name.includes('/') ? 'command not found' : 'not found'}`, 127);
    }
    if (pid === -EACCES && this.system.files.kind(this.system.resolve(name)) === 1 && this.interactive) throw new ShellError(`${name}: ${strerror(EISDIR)}`, 126);
    throw new ShellError(`${name}: ${strerror(pid)}`, 126);
  }

  private state(command: Command): SubshellState {
    return {
      command,
      variables: this.variables.entries(),
      functions: [...this.functions],
      aliases: [...this.aliases],
      positional: this.positional,
      name: this.name,
      shellPid: this.shellPid,
      lastStatus: this.lastStatus,
      lastBackground: this.lastBackground,
      options: [...this.flags].join(''),
      pipefail: this.pipefail,
      bash: this.bash,
      loopDepth: 0,
      inFunction: this.variables.inFunction,
    };
  }

  private startSubshell(command: Command, map: DescriptorMap, group: number): number {
    const env = [...this.variables.environment(), `${STATE_VARIABLE}=${JSON.stringify(this.state(command))}`];
    const pid = this.system.spawn({
      file: '/bin/sh',
      args: ['sh', '-c', command.text],
      env,
      cwd: this.system.cwd(),
      fds: map,
      ...(group < 0 ? {} : { processGroup: group }),
    });
    if (pid > 0) return pid;
    this.complain(`Cannot fork: ${strerror(pid)}`);
    return -2;
  }

  /** Starts one command of a pipeline, a substitution or a background job: a program by itself, anything else as a subshell. */
  private startStage(command: Command, map: DescriptorMap, group: number): number {
    const inGroup = this.interactive ? group : -1;
    // What changes variables while it is expanded must not do so in this shell.
    if (command.type === 'simple' && command.words.length > 0 && !/\$\(\(|\$\{\w+:?=/.test(command.text)) {
      const errors = this.line;
      this.line = command.line;
      const words = expandWords(command.words, this.host);
      const name = words[0];
      if (name !== undefined && !this.functions.has(name) && !this.builtins.has(name) && name !== 'exec') return this.startSimple(command, words, map, inGroup);
      this.line = errors;
      if (name !== undefined) {
        const fixed: Simple = { ...command, words: words.map((text) => ({ parts: [{ type: 'quoted', text }] })) };
        return this.startSubshell(fixed, map, inGroup);
      }
    }
    return this.startSubshell(command, map, inGroup);
  }

  private startPipeline(command: Pipeline, first: DescriptorMap): number[] {
    const pids: number[] = [];
    let input = -1;
    let group = 0;
    command.commands.forEach((stage, index) => {
      const map = [...first];
      let output = -1;
      let nextInput = -1;
      if (index < command.commands.length - 1) {
        const pipe = this.system.pipe();
        if (typeof pipe === 'number') throw new ShellError(`Pipe call failed: ${strerror(pipe)}`);
        [nextInput, output] = pipe;
        map[1] = output;
      }
      if (input >= 0) map[0] = input;
      try {
        const pid = this.startStage(stage, map, group);
        pids.push(pid);
        if (group === 0 && pid > 0) group = pid;
      } finally {
        if (input >= 0) this.system.close(input);
        if (output >= 0) this.system.close(output);
        input = nextInput;
      }
    });
    return pids;
  }

  private runPipeline(command: Pipeline): number {
    const only = command.commands[0];
    const started = Date.now();
    let status: number;
    if (command.commands.length === 1 && only !== undefined) {
      status = command.negated ? this.condition(() => this.run(only)) : this.run(only);
    } else status = this.foreground(this.startPipeline(command, this.descriptors()));
    if (command.timed) {
      const seconds = (Date.now() - started) / 1000;
      const shown = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(3)}s`;
      this.write(`\nreal\t${shown}\n`, 2);
    }
    return command.negated ? (status === 0 ? 1 : 0) : status;
  }

  /** Waits for the processes of a foreground job (negative: the status of one that did not start). */
  foreground(pids: readonly number[]): number {
    const running = pids.filter((pid) => pid > 0);
    const group = running[0];
    if (this.interactive && group !== undefined) this.system.setForeground(0, group);
    let status = 0;
    let failed = 0;
    let signal = 0;
    try {
      for (const pid of pids) {
        if (pid <= 0) status = -pid;
        else {
          const result = this.waitFor(pid, group);
          signal = result.signal;
          status = statusCode(result);
        }
        if (status !== 0) failed = status;
      }
    } finally {
      if (this.interactive && group !== undefined) this.system.setForeground(0, this.system.processGroup(0));
    }
    if (signal > 0) this.announce(signal);
    if (this.interactive && signal === SIGINT) {
      this.lastStatus = status;
      throw new Interrupted();
    }
    return this.pipefail ? failed : status;
  }

  private announce(signal: number): void {
    if (signal !== SIGINT && signal !== SIGPIPE) this.write(`${signalDescription(signal)}\n`, 2);
  }

  /** Waits for a process. A Ctrl-C that came before its group was the terminal's foreground is handed on to the group. */
  waitFor(pid: number, group?: number): ExitStatus {
    for (;;) {
      const result = this.system.wait4Blocking(pid);
      if (typeof result !== 'number') return result;
      if (result !== -EINTR) throw new ShellError(`wait: pid ${pid}: ${strerror(result)}`);
      this.handleSignals(group);
    }
  }

  private runBackground(command: Command): number {
    const map = this.descriptors();
    let nothing = -1;
    if (!this.interactive) {
      nothing = this.system.open('/dev/null', 0, 0);
      map[0] = nothing;
    }
    try {
      const pids = command.type === 'pipeline' && command.commands.length > 1 && !command.negated ? this.startPipeline(command, map) : [this.startStage(command, map, 0)];
      const running = pids.filter((pid) => pid > 0);
      const last = running.at(-1);
      if (last === undefined) return -(pids.at(-1) ?? 0);
      this.lastBackground = last;
      const job = this.jobs.add(running, this.interactive ? running[0] ?? 0 : 0, command.text);
      if (this.interactive) this.write(`[${job.id}] ${last}\n`, 2);
      return 0;
    } finally {
      if (nothing >= 0) this.system.close(nothing);
    }
  }

  /** Output of `$(…)`, trailing newlines removed. */
  substitute(body: List): string {
    const pipe = this.system.pipe();
    if (typeof pipe === 'number') throw new ShellError(`Pipe call failed: ${strerror(pipe)}`);
    const [read, write] = pipe;
    const only = body.items.length === 1 && body.items[0]?.background === false ? body.items[0].command : undefined;
    const command: Command = only ?? { type: 'compound', compound: { type: 'subshell', body }, redirects: [], text: '' };
    if (body.items.length === 0) {
      this.system.close(read);
      this.system.close(write);
      this.substitutionStatus = 0;
      return '';
    }
    const map = this.descriptors();
    map[1] = write;
    let pid: number;
    try {
      pid = this.startStage(command, map, -1);
    } finally {
      this.system.close(write);
    }
    const chunks: Uint8Array[] = [];
    const buffer = new Uint8Array(65536);
    for (;;) {
      const count = this.system.readBlocking(read, buffer);
      if (count === -EINTR) {
        this.handleSignals();
        continue;
      }
      if (count <= 0) break;
      chunks.push(buffer.slice(0, count));
    }
    this.system.close(read);
    this.substitutionStatus = pid > 0 ? statusCode(this.waitFor(pid)) : -pid;
    this.lastStatus = this.substitutionStatus;
    return decode(concat(chunks)).replaceAll('\0', '').replace(/\n+$/, '');
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

import type { ExitStatus } from '../../system/types.ts';
import { decode, concat } from '../codec.ts';
import { EACCES, EINTR, EISDIR, ENOENT, ENOEXEC, ENOTDIR, strerror } from '../errno.ts';
import { expandWords } from '../expansion/expand.ts';
import type { Command, List, Pipeline, Simple } from '../language/ast.ts';
import { SIGINT, SIGPIPE, signalDescription } from '../signals.ts';
import { DEFAULT_PATH, findExecutable } from './command-search.ts';
import { Interrupted, ShellError } from './control.ts';
import type { DescriptorMap } from './descriptors.ts';
import { statusCode } from './jobs.ts';
import type { Shell } from './shell.ts';
import { STATE_VARIABLE } from './subshell-state.ts';
import type { SubshellState } from './subshell-state.ts';

const X_OK = 1;

/** Starts a shell's processes (programs, subshells, pipelines, background jobs, substitutions) and waits for them. */
export class Launcher {
  private readonly shell: Shell;

  constructor(shell: Shell) {
    this.shell = shell;
  }

  /**
   * Starts an external command. Returns its pid, or the negated exit status of a failure that has been reported.
   * `group`: -1 stays in the shell's process group, 0 makes a new one, else joins that one. `replacing` puts the command in this shell's place instead.
   */
  startSimple(command: Simple, words: readonly string[], base: DescriptorMap, group: number, replacing = false): number {
    const [name = ''] = words;
    const opened: number[] = [];
    try {
      const environment = new Map(this.shell.variables.environment().map((entry) => [entry.slice(0, entry.indexOf('=')), entry]));
      for (const [key, value] of this.shell.assignments(command)) environment.set(key, `${key}=${value}`);
      this.shell.trace(words);
      const map = [...base];
      for (const redirect of command.redirects) {
        for (const action of this.shell.descriptors.open(redirect, (fd) => map[fd] ?? -1)) {
          if (action.opened) opened.push(action.source);
          while (map.length <= action.fd) map.push(-1);
          map[action.fd] = action.source;
        }
      }
      const path = environment.get('PATH')?.slice(5) ?? DEFAULT_PATH;
      if (replacing) this.execProgram(name, words, [...environment.values()], path, map);
      return this.startProgram(name, words, [...environment.values()], path, map, group);
    } catch (error) {
      return -this.shell.report(error);
    } finally {
      for (const fd of opened) this.shell.system.close(fd);
    }
  }

  /** Comes back only when the file cannot be run: starting it then says why. */
  private execProgram(name: string, words: readonly string[], env: readonly string[], path: string, fds: DescriptorMap): void {
    const found = name.includes('/') ? name : findExecutable(this.shell.system, name, path);
    if (typeof found !== 'string') return;
    const file = this.shell.system.resolve(found);
    if (this.shell.system.files.kind(file) === 0 && this.shell.system.files.access(file, X_OK) === 0)
      this.shell.system.exec({ file, args: words, env, fds });
  }

  private startProgram(
    name: string,
    words: readonly string[],
    env: readonly string[],
    path: string,
    map: DescriptorMap,
    group: number,
  ): number {
    const found = name.includes('/') ? name : findExecutable(this.shell.system, name, path);
    if (found === -EACCES) throw new ShellError(`${name}: Permission denied`, 126);
    // The engine's own programs need no file: what PATH does not have, the kernel may.
    const file = typeof found === 'string' ? (found.startsWith('/') ? found : this.shell.system.resolve(found)) : name;
    const request = { file, args: words, env, cwd: this.shell.system.cwd(), fds: map, ...(group < 0 ? {} : { processGroup: group }) };
    let pid = this.shell.system.spawn(request);
    if (pid === -ENOEXEC) {
      // A script without `#!` is the shell's own to run (POSIX 2.9.1).
      pid = this.shell.system.spawn({ ...request, file: '/bin/sh', args: ['sh', file, ...words.slice(1)] });
    }
    if (pid > 0) return pid;
    if (pid === -ENOENT || pid === -ENOTDIR) {
      const exists = name.includes('/') && this.shell.system.files.kind(this.shell.system.resolve(name)) >= 0;
      if (exists) throw new ShellError(`${name}: cannot execute: required file not found`, 127);
      throw new ShellError(`${name}: ${this.shell.interactive && !name.includes('/') ? 'command not found' : 'not found'}`, 127);
    }
    if (pid === -EACCES && this.shell.system.files.kind(this.shell.system.resolve(name)) === 1 && this.shell.interactive)
      throw new ShellError(`${name}: ${strerror(EISDIR)}`, 126);
    throw new ShellError(`${name}: ${strerror(pid)}`, 126);
  }

  private state(command: Command): SubshellState {
    return {
      command,
      variables: this.shell.variables.entries(),
      functions: [...this.shell.functions],
      aliases: [...this.shell.aliases],
      positional: this.shell.positional,
      name: this.shell.name,
      shellPid: this.shell.shellPid,
      lastStatus: this.shell.lastStatus,
      lastBackground: this.shell.lastBackground,
      options: [...this.shell.flags].join(''),
      pipefail: this.shell.pipefail,
      bash: this.shell.bash,
      loopDepth: 0,
      inFunction: this.shell.variables.inFunction,
    };
  }

  private startSubshell(command: Command, map: DescriptorMap, group: number): number {
    const env = [...this.shell.variables.environment(), `${STATE_VARIABLE}=${JSON.stringify(this.state(command))}`];
    const pid = this.shell.system.spawn({
      file: '/bin/sh',
      args: ['sh', '-c', command.text],
      env,
      cwd: this.shell.system.cwd(),
      fds: map,
      ...(group < 0 ? {} : { processGroup: group }),
    });
    if (pid > 0) return pid;
    this.shell.complain(`Cannot fork: ${strerror(pid)}`);
    return -2;
  }

  /** Starts one command of a pipeline, a substitution or a background job: a program by itself, anything else as a subshell. */
  startStage(command: Command, map: DescriptorMap, group: number): number {
    const inGroup = this.shell.interactive ? group : -1;
    // What changes variables while it is expanded must not do so in this shell.
    if (command.type === 'simple' && command.words.length > 0 && !/\$\(\(|\$\{\w+:?=/.test(command.text)) {
      const errors = this.shell.line;
      this.shell.line = command.line;
      const words = expandWords(command.words, this.shell.host);
      const name = words[0];
      if (name !== undefined && !this.shell.functions.has(name) && !this.shell.builtins.has(name) && name !== 'exec')
        return this.startSimple(command, words, map, inGroup);
      this.shell.line = errors;
      if (name !== undefined) {
        const fixed: Simple = { ...command, words: words.map((text) => ({ parts: [{ type: 'quoted', text }] })) };
        return this.startSubshell(fixed, map, inGroup);
      }
    }
    return this.startSubshell(command, map, inGroup);
  }

  startPipeline(command: Pipeline, first: DescriptorMap): number[] {
    const pids: number[] = [];
    let input = -1;
    let group = 0;
    command.commands.forEach((stage, index) => {
      const map = [...first];
      let output = -1;
      let nextInput = -1;
      if (index < command.commands.length - 1) {
        const pipe = this.shell.system.pipe();
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
        if (input >= 0) this.shell.system.close(input);
        if (output >= 0) this.shell.system.close(output);
        input = nextInput;
      }
    });
    return pids;
  }

  /** Waits for the processes of a foreground job (negative: the status of one that did not start). */
  foreground(pids: readonly number[]): number {
    const running = pids.filter((pid) => pid > 0);
    const group = running[0];
    if (this.shell.interactive && group !== undefined) this.shell.system.setForeground(0, group);
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
      if (this.shell.interactive && group !== undefined) this.shell.system.setForeground(0, this.shell.system.processGroup(0));
    }
    if (signal > 0) this.announce(signal);
    if (this.shell.interactive && signal === SIGINT) {
      this.shell.lastStatus = status;
      throw new Interrupted();
    }
    return this.shell.pipefail ? failed : status;
  }

  private announce(signal: number): void {
    if (signal !== SIGINT && signal !== SIGPIPE) this.shell.write(`${signalDescription(signal)}\n`, 2);
  }

  /** Waits for a process. A Ctrl-C that came before its group was the terminal's foreground is handed on to the group. */
  waitFor(pid: number, group?: number): ExitStatus {
    for (;;) {
      const result = this.shell.system.wait4Blocking(pid);
      if (typeof result !== 'number') return result;
      if (result !== -EINTR) throw new ShellError(`wait: pid ${pid}: ${strerror(result)}`);
      this.shell.handleSignals(group);
    }
  }

  runBackground(command: Command): number {
    const map = this.shell.descriptors.inherited();
    let nothing = -1;
    if (!this.shell.interactive) {
      nothing = this.shell.system.open('/dev/null', 0, 0);
      map[0] = nothing;
    }
    try {
      const pids =
        command.type === 'pipeline' && command.commands.length > 1 && !command.negated
          ? this.startPipeline(command, map)
          : [this.startStage(command, map, 0)];
      const running = pids.filter((pid) => pid > 0);
      const last = running.at(-1);
      if (last === undefined) return -(pids.at(-1) ?? 0);
      this.shell.lastBackground = last;
      const job = this.shell.jobs.add(running, this.shell.interactive ? (running[0] ?? 0) : 0, command.text);
      if (this.shell.interactive) this.shell.write(`[${job.id}] ${last}\n`, 2);
      return 0;
    } finally {
      if (nothing >= 0) this.shell.system.close(nothing);
    }
  }

  /** Output of `$(…)`, trailing newlines removed. */
  substitute(body: List): string {
    const pipe = this.shell.system.pipe();
    if (typeof pipe === 'number') throw new ShellError(`Pipe call failed: ${strerror(pipe)}`);
    const [read, write] = pipe;
    const only = body.items.length === 1 && body.items[0]?.background === false ? body.items[0].command : undefined;
    const command: Command = only ?? { type: 'compound', compound: { type: 'subshell', body }, redirects: [], text: '' };
    if (body.items.length === 0) {
      this.shell.system.close(read);
      this.shell.system.close(write);
      this.shell.substitutionStatus = 0;
      return '';
    }
    const map = this.shell.descriptors.inherited();
    map[1] = write;
    let pid: number;
    try {
      pid = this.startStage(command, map, -1);
    } finally {
      this.shell.system.close(write);
    }
    const chunks: Uint8Array[] = [];
    const buffer = new Uint8Array(65536);
    for (;;) {
      const count = this.shell.system.readBlocking(read, buffer);
      if (count === -EINTR) {
        this.shell.handleSignals();
        continue;
      }
      if (count <= 0) break;
      chunks.push(buffer.slice(0, count));
    }
    this.shell.system.close(read);
    this.shell.substitutionStatus = pid > 0 ? statusCode(this.waitFor(pid)) : -pid;
    this.shell.lastStatus = this.shell.substitutionStatus;
    return decode(concat(chunks)).replaceAll('\0', '').replace(/\n+$/, '');
  }
}

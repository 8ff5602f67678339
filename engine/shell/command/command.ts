import type { Program, ProgramContext, System } from '../../system/types.ts';
import { decode, encode } from '../codec.ts';
import { EINTR, EISDIR, EPIPE, strerror } from '../errno.ts';
import { O_RDONLY } from '../open-flags.ts';
import { OptionError, parseOptions } from './options.ts';
import type { Options, OptionSpecification } from './options.ts';
import { fstat, isDirectory } from './stat.ts';

/** Wrong usage: printed with the hint at --help that GNU's commands give; exit status 1 unless told otherwise. */
export class UsageError extends Error {
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/** Ends the command with a status; its message, if any, has been printed. */
export class CommandExit {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** What a command works with: its descriptors as text, its messages, its exit status. */
export class CommandContext {
  readonly system: System;
  readonly name: string;
  readonly env: ReadonlyMap<string, string>;
  readonly args: readonly string[];
  /** Exit status so far: 0 until something goes wrong. */
  status = 0;
  private pending: string[] = [];
  private pendingLength = 0;
  private readonly lineBuffered: boolean;

  constructor(name: string, context: ProgramContext) {
    this.system = context.system;
    this.env = context.env;
    this.name = name;
    this.args = context.args.slice(1);
    this.lineBuffered = this.system.isTerminal(1);
  }

  /** Buffered standard output. */
  print(text: string): void {
    this.pending.push(text);
    this.pendingLength += text.length;
    if (this.pendingLength > 32768 || (this.lineBuffered && text.endsWith('\n'))) this.flush();
  }

  /** Bytes, as they are, after what was printed. */
  printBytes(bytes: Uint8Array): void {
    this.flush();
    this.writeAll(bytes);
  }

  flush(): void {
    if (this.pending.length === 0) return;
    const text = this.pending.join('');
    this.pending = [];
    this.pendingLength = 0;
    if (text !== '') this.writeAll(encode(text));
  }

  private writeAll(bytes: Uint8Array): void {
    const result = this.system.writeBlocking(1, bytes);
    if (result >= 0) return;
    // As SIGPIPE would end it: silently, with its status.
    if (result === -EPIPE) throw new CommandExit(141);
    this.error(`write error: ${strerror(result)}`);
    throw new CommandExit(1);
  }

  /** Prints `name: message` to standard error and remembers the failure. */
  error(message: string, status = 1): void {
    this.flush();
    this.system.writeBlocking(2, encode(`${this.name}: ${message}\n`));
    this.status = Math.max(this.status, status);
  }

  /** Prints a message and ends the command. */
  fail(message: string, status = 1): never {
    this.error(message, status);
    throw new CommandExit(status);
  }

  /** Opens an operand for reading (`-` is standard input). Reports failures and gives undefined. Directories are refused as reading them would be. */
  openInput(operand: string, message = (error: string): string => `${operand}: ${error}`): number | undefined {
    if (operand === '-') return 0;
    const fd = operand === '' ? -2 : this.system.open(this.system.resolve(operand), O_RDONLY, 0);
    if (fd < 0) {
      this.error(message(strerror(fd)));
      return undefined;
    }
    if (isDirectory(fstat(this.system, fd))) {
      this.system.close(fd);
      this.error(message(strerror(EISDIR)));
      return undefined;
    }
    return fd;
  }

  closeInput(fd: number): void {
    if (fd !== 0) this.system.close(fd);
  }

  /** Bytes read, 0 at the end; anything else ends the command with its message. */
  read(fd: number, buffer: Uint8Array, name = '-'): number {
    for (;;) {
      const count = this.system.readBlocking(fd, buffer);
      if (count >= 0) return count;
      if (count !== -EINTR) this.fail(`${name}: ${strerror(count)}`);
    }
  }

  /** Chunks of a descriptor; the buffer is used again for the next. */
  *chunks(fd: number, name = '-'): Generator<Uint8Array> {
    const buffer = new Uint8Array(65536);
    for (let count = this.read(fd, buffer, name); count > 0; count = this.read(fd, buffer, name)) yield buffer.subarray(0, count);
  }

  /** Lines without their newline, as they arrive. `ended` is false for a last line that has none. */
  *lines(fd: number, delimiter = 10, name = '-'): Generator<{ readonly text: string; readonly ended: boolean }> {
    let rest: Uint8Array[] = [];
    const separator = String.fromCharCode(delimiter);
    for (const chunk of this.chunks(fd, name)) {
      const last = chunk.lastIndexOf(delimiter);
      if (last < 0) {
        rest.push(chunk.slice());
        continue;
      }
      let head: Uint8Array = chunk.subarray(0, last);
      if (rest.length > 0) {
        const joined = new Uint8Array(rest.reduce((sum, part) => sum + part.length, 0) + head.length);
        let offset = 0;
        for (const part of [...rest, head]) {
          joined.set(part, offset);
          offset += part.length;
        }
        head = joined;
      }
      rest = last + 1 < chunk.length ? [chunk.slice(last + 1)] : [];
      for (const text of decode(head).split(separator)) yield { text, ended: true };
    }
    if (rest.length > 0) {
      const joined = new Uint8Array(rest.reduce((sum, part) => sum + part.length, 0));
      let offset = 0;
      for (const part of rest) {
        joined.set(part, offset);
        offset += part.length;
      }
      yield { text: decode(joined), ended: false };
    }
  }

  /** The same command with other arguments: for what getopt's rules do not cover. */
  withArguments(args: readonly string[]): CommandContext {
    return new CommandContext(this.name, { system: this.system, env: this.env, args: [this.name, ...args] });
  }

  /** Parses the arguments; wrong ones end the command with GNU's message. */
  options(specification: OptionSpecification, status = 1): Options {
    try {
      return parseOptions(this.args, specification);
    } catch (error) {
      if (error instanceof OptionError) throw new UsageError(error.message, status);
      throw error;
    }
  }
}

/** Makes a program of a command: buffers its output, prints its usage errors, and gives its exit status. */
export function command(name: string, main: (context: CommandContext) => number | void): Program {
  return (programContext) => {
    const context = new CommandContext(name, programContext);
    try {
      try {
        const status = main(context);
        context.flush();
        return typeof status === 'number' ? status : context.status;
      } catch (error) {
        if (error instanceof UsageError) {
          context.error(error.message);
          if (!error.message.includes('\n')) context.system.writeBlocking(2, encode(`Try '${name} --help' for more information.\n`));
          return error.status ?? 1;
        }
        if (error instanceof CommandExit && error.status !== 141) context.flush();
        throw error;
      }
    } catch (error) {
      if (error instanceof CommandExit) return error.status;
      throw error;
    }
  };
}

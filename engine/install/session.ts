/** What every npm command works with. */
import type { ProgramContext, System } from '../system/types.ts';
import { type CommandLine, Config, findPrefix, readNpmrc } from './config.ts';
import { Disk } from './disk.ts';
import { Output } from './output.ts';
import type { Platform } from './platform.ts';
import { resolve } from './paths.ts';
import type { ScriptContext } from './scripts.ts';

export interface Session extends ScriptContext {
  readonly system: System;
  readonly disk: Disk;
  readonly output: Output;
  readonly config: Config;
  readonly platform: Platform;
  readonly env: ReadonlyMap<string, string>;
  /** The project's folder. */
  readonly prefix: string;
  /** Command in its full name. */
  readonly command: string;
  /** Positional arguments after the command. */
  readonly args: readonly string[];
  /** When the command started, in milliseconds since the epoch. */
  readonly started: number;
}

export function openSession(
  context: ProgramContext,
  platform: Platform,
  line: CommandLine,
  command: string,
  args: readonly string[],
): Session {
  const { system, env } = context;
  const disk = new Disk(system.files);
  const prefixFlag = line.flags.get('prefix')?.at(-1);
  const prefix = prefixFlag === undefined ? findPrefix(disk, system.cwd()) : resolve(system.cwd(), prefixFlag);
  const config = new Config(line.flags, env, readNpmrc(disk, prefix, env));
  const output = new Output(system, env, config.silent);
  return { system, disk, output, config, platform, env, prefix, command, args, started: platform.now(), nodeVersion: platform.nodeVersion };
}

/** `1s`, `2m` as npm rounds durations. */
export function duration(milliseconds: number): string {
  if (milliseconds >= 60_000) return `${Math.round(milliseconds / 60_000)}m`;
  return milliseconds >= 1000 ? `${Math.round(milliseconds / 1000)}s` : `${Math.round(milliseconds)}ms`;
}

import { command, UsageError } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import { changeMode, modeString } from '../command/mode.ts';
import { join } from '../command/paths.ts';
import { quoteName } from '../command/quote-name.ts';
import { isDirectory, isLink, lstat, stat } from '../command/stat.ts';
import { strerror } from '../errno.ts';

export const chmod = command('chmod', (io) => {
  // `-x` and the like are modes, not options.
  const isMode = (argument: string): boolean => /^-[rwxXst]+$/.test(argument);
  const modeArgument = io.args.find((argument, index) => isMode(argument) && !io.args.slice(0, index).includes('--'));
  const flags = io.args.filter((argument) => /^-[Rvcf]+$/.test(argument) || /^--(recursive|verbose|changes|quiet|silent)$/.test(argument));
  const operands = io.args.filter((argument) => !flags.includes(argument) && argument !== modeArgument && argument !== '--');
  const unknown = operands.find((argument) => argument.startsWith('-'));
  if (unknown !== undefined) throw new UsageError(`invalid option -- '${unknown.slice(1, 2)}'`);
  const mode = modeArgument ?? operands.shift();
  if (mode === undefined) throw new UsageError('missing operand');
  if (operands.length === 0) throw new UsageError(`missing operand after ${quoteName(mode)}`);
  if (changeMode(mode, 0, false, 0) === undefined) throw new UsageError(`invalid mode: ${quoteName(mode)}`);
  const recursive = flags.some((flag) => /R|recursive/.test(flag));
  const verbose = flags.some((flag) => /v/.test(flag));
  for (const operand of operands) change(io, operand, mode, recursive, verbose);
});

function change(io: CommandContext, path: string, mode: string, recursive: boolean, verbose: boolean): void {
  const found = stat(io.system, path);
  if (typeof found === 'number') {
    io.error(`cannot access ${quoteName(path)}: ${strerror(found)}`);
    return;
  }
  const bits = changeMode(mode, found.mode, isDirectory(found), io.system.umask()) ?? 0;
  const absolute = io.system.resolve(path);
  const result = io.system.files.chmod(absolute, bits);
  if (result < 0) io.error(`changing permissions of ${quoteName(path)}: ${strerror(result)}`);
  else if (verbose) {
    const octal = (value: number): string => (value & 0o7777).toString(8).padStart(4, '0');
    const text = (value: number): string => `${octal(value)} (${modeString(value).slice(1)})`;
    io.print(
      octal(found.mode) === octal(bits)
        ? `mode of ${quoteName(path)} retained as ${text(bits)}\n`
        : `mode of ${quoteName(path)} changed from ${text(found.mode)} to ${text(bits)}\n`,
    );
  }
  if (!recursive || !isDirectory(found)) return;
  const entries = io.system.files.readdir(absolute);
  if (typeof entries === 'number') {
    io.error(`cannot read directory ${quoteName(path)}: ${strerror(entries)}`);
    return;
  }
  for (const entry of entries) {
    const child = join(path, entry.name);
    if (!isLink(lstat(io.system, child))) change(io, child, mode, true, verbose);
  }
}

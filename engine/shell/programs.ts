import type { Program } from '../system/types.ts';
import { cat } from './commands/cat.ts';
import { echo } from './commands/echo.ts';
import { falseCommand } from './commands/false.ts';
import { sh } from './commands/sh.ts';
import { trueCommand } from './commands/true.ts';

/** The engine's own programs by name: what the kernel runs when PATH leads to no file. */
export const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['sh', sh],
  ['bash', sh],
  ['cat', cat],
  ['echo', echo],
  ['false', falseCommand],
  ['true', trueCommand],
]);

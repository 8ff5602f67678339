import { command } from '../command/command.ts';
import type { CommandContext } from '../command/command.ts';
import { evaluateTest, TestError } from '../command/test-expression.ts';

function evaluate(io: CommandContext, args: readonly string[]): number {
  try {
    return evaluateTest(io.system, args) ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) return io.fail(error.message, 2);
    throw error;
  }
}

export const test = command('test', (io) => evaluate(io, io.args));

export const bracket = command('[', (io) => (io.args.at(-1) === ']' ? evaluate(io, io.args.slice(0, -1)) : io.fail("missing ']'", 2)));

/** acorn, set up for what V8 accepts: patterns of regular expressions are left to V8, parentheses are nodes. */
import { Parser } from 'acorn';
import type { Options, Program } from 'acorn';

/** A rejected source: `message` is acorn's, without position. */
export interface ParseFailure extends SyntaxError {
  /** Offset in the source. */
  readonly pos: number;
}

interface ParserInternals {
  validateRegExpFlags(state: unknown): void;
  validateRegExpPattern(state: unknown): void;
}

/** V8 checks them when it compiles; acorn's check costs time and knows fewer features. */
const GuestParser = Parser.extend((Base) => {
  class WithoutRegExpChecks extends Base {}
  const prototype = WithoutRegExpChecks.prototype as unknown as ParserInternals;
  prototype.validateRegExpFlags = () => undefined;
  prototype.validateRegExpPattern = () => undefined;
  return WithoutRegExpChecks;
});

const common: Options = { ecmaVersion: 'latest', allowHashBang: true, preserveParens: true };

export function parseModule(source: string): Program {
  return GuestParser.parse(source, { ...common, sourceType: 'module' });
}

/** A script, or the body of a function (`return`, `new.target`, `super` outside functions are not refused here). */
export function parseScript(source: string, functionBody: boolean): Program {
  return GuestParser.parse(source, {
    ...common,
    sourceType: 'script',
    allowReturnOutsideFunction: functionBody,
    allowSuperOutsideMethod: functionBody,
    // Two declarations of a parameter's name and such are V8's to refuse.
    checkPrivateFields: false,
  });
}

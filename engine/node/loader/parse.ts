/** acorn, set up for what V8 accepts: patterns of regular expressions are left to V8, parentheses are nodes. */
import { Parser } from 'acorn';
import type { Options, Program } from 'acorn';

/** A rejected source: `message` is acorn's, without position. */
export interface ParseFailure extends SyntaxError {
  /** Offset in the source. */
  readonly pos: number;
}

/** Of an import that gives a module's source (`import source wasm from 'x.wasm'`, `import.source('x.wasm')`); absent for others. */
export interface WithPhase {
  phase?: 'source';
}

interface ParserInternals {
  readonly input: string;
  /** Where the present token ends. */
  readonly end: number;
  next(): void;
  isContextual(word: string): boolean;
  validateRegExpFlags(state: unknown): void;
  validateRegExpPattern(state: unknown): void;
  parseImport(node: WithPhase): unknown;
  parseImportSpecifiers(): unknown[];
  parseImportMeta(node: WithPhase): unknown;
  parseDynamicImport(node: WithPhase): unknown;
}

const SOURCE_BINDING = /\s+[\p{ID_Start}$_][\p{ID_Continue}$]*\s+from\b/uy;
const SOURCE_CALL = /\s*source\s*\(/y;

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

const GuestParser = Parser.extend((Base) => {
  class Guest extends Base {}
  const prototype = Guest.prototype as unknown as ParserInternals;
  // V8 checks them when it compiles; acorn's check costs time and knows fewer features.
  prototype.validateRegExpFlags = () => undefined;
  prototype.validateRegExpPattern = () => undefined;
  // Source phase imports, which acorn does not know yet.
  const { parseImport, parseImportSpecifiers, parseImportMeta } = prototype;
  const ofSource = new WeakSet<object>();
  prototype.parseImport = function (node) {
    const result = parseImport.call(this, node);
    if (ofSource.delete(this)) node.phase = 'source';
    return result;
  };
  prototype.parseImportSpecifiers = function () {
    if (this.isContextual('source') && matchesAt(SOURCE_BINDING, this.input, this.end)) {
      ofSource.add(this);
      this.next();
    }
    return parseImportSpecifiers.call(this);
  };
  prototype.parseImportMeta = function (node) {
    if (!matchesAt(SOURCE_CALL, this.input, this.end)) return parseImportMeta.call(this, node);
    this.next();
    this.next();
    node.phase = 'source';
    return this.parseDynamicImport(node);
  };
  return Guest;
});

const common: Options = { ecmaVersion: 'latest', allowHashBang: true, preserveParens: true };

/** Where the expression that begins at an offset ends; undefined where none does. */
export function expressionEnd(source: string, offset: number): number | undefined {
  try {
    const node = GuestParser.parseExpressionAt(source, offset, { ...common, sourceType: 'script' });
    return node.type === 'SequenceExpression' ? node.expressions[0]?.end : node.end;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

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

/**
 * Text that guests evaluate (`eval(text)`, `JSON.parse(text)`): `import()` and `await` in it get the host's hooks, and where it is wrong can be shown, as V8 shows it
 * when nothing catches the error.
 */
import { jsonErrorOffset } from './json-error.ts';
import { arrowMessage, errorLength, offsetInSource } from './syntax-error.ts';
import type { LocateSyntaxError } from './syntax-error.ts';
import { needsTransform, transformScript } from './transform-script.ts';

const nativeEval = globalThis.eval;
/** What is declared stays in there. */
const evaluate = nativeEval('(ª$C)=>{eval(ª$C)}') as (text: string) => void;
/** V8's name of a script without one. */
const UNNAMED = '<anonymous_script>';
/** A direct `eval` of a string literal. */
const LITERAL = /(?<![.\w$])eval\s*\(\s*('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")\s*\)/g;
const BEFORE = 'throw 0;';

export interface EvaluatedTexts {
  /** What a direct `eval` evaluates instead of `text`. */
  readonly prepare: (text: unknown) => unknown;
  /** Place, line and carets of a syntax error in what was evaluated last, or in JSON; undefined for other errors. */
  readonly arrow: (error: unknown) => string | undefined;
}

export function createEvaluatedTexts(
  locate: LocateSyntaxError,
  hide: (replacement: object, name: string) => void,
  sourceOf: (file: string) => string | undefined,
): EvaluatedTexts {
  const json = rememberJson(hide);
  let last: string | undefined;

  /** Texts that may have failed: the last one, and those that stand in the code that evaluated them. */
  const candidates = (error: SyntaxError): string[] => {
    const [, file = ''] = /^ {4}at (?:.*? \()?(?:file:\/\/)?(.*?):\d+:\d+\)?$/m.exec(error.stack ?? '') ?? [];
    const source = sourceOf(file) ?? sourceOf(`file://${file}`) ?? '';
    const literals = [...source.matchAll(LITERAL)].map(([, literal]) => nativeEval(literal ?? '""') as string);
    return last === undefined ? literals : [last, ...literals];
  };

  const ofEval = (error: SyntaxError, text: string): string | undefined => {
    try {
      evaluate(BEFORE + text);
    } catch (again) {
      if (!(again instanceof SyntaxError) || again.message !== error.message) return undefined;
      const place = locate(again, BEFORE + text);
      if (place === undefined) return undefined;
      const offset = offsetInSource(BEFORE + text, place, 0) - BEFORE.length;
      return arrowMessage(UNNAMED, text, offset, offset >= text.length ? 0 : errorLength(error.message, text, offset));
    }
    return undefined;
  };

  return {
    prepare: (text) => {
      if (typeof text !== 'string') return text;
      last = text;
      return needsTransform(text) ? (transformScript(text, { functionBody: false })?.apply(text) ?? text) : text;
    },
    arrow: (error) => {
      if (!(error instanceof SyntaxError)) return undefined;
      const text = json.get(error);
      return text === undefined
        ? firstOf(candidates(error), (text) => ofEval(error, text))
        : arrowMessage(UNNAMED, text, jsonErrorOffset(text), 1);
    },
  };
}

function firstOf<Item, Result>(items: readonly Item[], find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Texts that `JSON.parse` refused, by its error. */
function rememberJson(hide: (replacement: object, name: string) => void): WeakMap<object, string> {
  const refused = new WeakMap<object, string>();
  const native = JSON.parse;
  const { parse } = {
    parse(text: string, reviver?: (this: unknown, key: string, value: unknown) => unknown): unknown {
      try {
        return native(text, reviver);
      } catch (error) {
        if (typeof text === 'string' && error instanceof SyntaxError) refused.set(error, text);
        throw error;
      }
    },
  };
  hide(parse, 'parse');
  Object.defineProperty(JSON, 'parse', { value: parse, writable: true, configurable: true, enumerable: false });
  return refused;
}

/**
 * Compiles guest source under its own name, and remembers how it was changed, so that stack traces show the author's lines and columns.
 * A page has no other way to name code than `sourceURL` in `eval`.
 */
import { offsetOf, positionOf } from './edits.ts';
import type { Edits, Position } from './edits.ts';
import { magicComments } from './magic-comments.ts';

export interface ScriptOrigin {
  /** Name in stack traces: a path or URL. */
  readonly name: string;
  /** The author's text. */
  readonly source: string;
  /** Characters before the source on its first line. */
  readonly prefix: number;
  /** Made anew when a stack trace needs it; absent when the source is as it was. */
  readonly edits?: (() => Edits) | undefined;
  /** vm.Script's options: where the source begins in a larger file. */
  readonly lineOffset?: number;
  readonly columnOffset?: number;
}

interface Known extends ScriptOrigin {
  /** Of a source with edits: its text after them. */
  generated?: string;
  made?: Edits;
}

export interface SourcePlace extends Position {
  readonly file: string;
}

const evaluate = globalThis.eval;
/** What a script declares stays in there. */
const evaluateApart = evaluate('(ª$C)=>{eval(ª$C)}') as (text: string) => void;

/** V8 ignores a sourceURL with white space or quotes. */
const asSourceURL = (name: string): string =>
  name.replaceAll(/[\s'"]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`);

export class Scripts {
  readonly #known = new Map<string, Known>();

  /** Evaluates `text` (one expression or a script; `origin` says what in it is the guest's) by indirect eval. */
  evaluate(text: string, origin: ScriptOrigin): unknown {
    return evaluate(this.named(text, origin));
  }

  /** As `evaluate`, with variables and functions of the script that nobody else sees. */
  evaluateApart(text: string, origin: ScriptOrigin): void {
    evaluateApart(this.named(text, origin));
  }

  /** `text` with its name, for an `eval` of the caller's own. */
  named(text: string, origin: ScriptOrigin): string {
    const own = magicComments(origin.source).sourceURL;
    const name = asSourceURL(own ?? (origin.name === '' ? '<anonymous>' : origin.name));
    // A name that stands in the source is V8's to find; a later script of the same name takes over, as stack traces know only names.
    this.#known.set(name, own === undefined ? origin : { ...origin, name: own });
    return own === undefined ? `${text}\n//# sourceURL=${name}` : text;
  }

  /** The author's place of a call site (1-based line and column in what V8 compiled). */
  mapCallSite(file: string, line: number, column: number): SourcePlace {
    const script = this.#known.get(file);
    if (script === undefined) return { file, line, column };
    let place: Position = { line, column: line === 1 ? Math.max(1, column - script.prefix) : column };
    if (script.edits !== undefined) {
      script.made ??= script.edits();
      script.generated ??= script.made.apply(script.source);
      place = positionOf(script.source, script.made.originalOffset(offsetOf(script.generated, place)));
    }
    const { lineOffset = 0, columnOffset = 0 } = script;
    return { file: script.name, line: place.line + lineOffset, column: place.line === 1 ? place.column + columnOffset : place.column };
  }

  /** The author's text of a script that was compiled here. */
  source(file: string): string | undefined {
    return (this.#known.get(file) ?? this.#known.get(asSourceURL(file)))?.source;
  }
}

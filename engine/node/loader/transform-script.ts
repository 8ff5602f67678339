/** CommonJS modules and scripts: only those with `import(…)` or `await` are parsed; all others run as they are. */
import { Edits } from './edits.ts';
import { needsTransform } from './needs-transform.ts';
import { parseScript } from './parse.ts';
import { rewrite } from './walk.ts';

export { needsTransform };

export interface ScriptKind {
  /** The text is the body of a function (CommonJS), not a script. */
  readonly functionBody: boolean;
  /** Free names of which `typeof` is asked, for code in a vm context. */
  readonly tested?: ReadonlySet<string>;
}

/** Edits of a source that `needsTransform`. Undefined when acorn refuses it: V8 then reports the error in its own words. */
export function transformScript(source: string, kind: ScriptKind): Edits | undefined {
  let program;
  try {
    program = parseScript(source, kind.functionBody);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const edits = new Edits();
  const { tested } = kind;
  rewrite(program, edits, tested === undefined ? undefined : { imports: new Set(), rewriteReads: false, mutable: new Map(), tested });
  return edits;
}

/** `#!` is only allowed at the very beginning of a script, which the source no longer is. Same length. */
export function withoutHashbang(source: string): string {
  return source.startsWith('#!') ? `//${source.slice(2)}` : source;
}

/**
 * Names that the source transform writes into guest code. All begin with `ª$`: U+00AA is a letter of Latin-1, so that a
 * one-byte source stays a one-byte string in V8, and nobody types it. Some are as long as what they stand for, so that columns stay true.
 *
 * Every rewriting inside a function can be undone from the text alone (`originalText`): that is what `Function.prototype.toString` shows to guests.
 */

/** `import` of `import(…)`, same length. */
export const IMPORT_CALL = 'ª$ldr$';
/** `import.meta`, same length. */
export const IMPORT_META = 'ª$meta.data';
/** Object whose `cur` is the current async context frame (engine/node/loader/async-context.ts). */
export const FRAMES = 'ª$A';
/** `(x) => x`: evaluates further arguments for their effect. */
export const KEEP = 'ª$k';
/** Local variable of an async function: frame while suspended, else FRAMES itself. */
export const SAVED = 'ª$f';
/** The default export where it has no name. */
export const DEFAULT = 'ª$d';
/** Imports as properties by local name (reads in modules of a cycle; assignments, which fail, everywhere). */
export const IMPORTS = 'ª$n';
/** The same object, written where `{name}` was short for `{name: name}`. */
export const IMPORTS_SHORTHAND = 'ª$s';
/** `(index) => value` of an import at the start of a module's evaluation. */
export const READ_IMPORT = 'ª$I';
/** Takes `(index, value) => void`, which updates an import. */
export const ON_IMPORT = 'ª$S';
/** Takes the getters of the module's local exports. */
export const SET_EXPORTS = 'ª$x';
/** Globals of a vm context as properties, undefined where there is none: for `typeof`. */
export const TESTED = 'ª$T';
/** `(exportIndex) => void`: tells importers that an exported variable was assigned. */
export const PUSH = 'ª$u';

export const AWAIT_BEFORE = `${KEEP}(`;
/** KEEP under another name, so that its insertion and the space before it can be told from `AWAIT_BEFORE`. */
export const KEEP_ARGUMENT = 'ª$w';
export const AWAIT_ARGUMENT = ` ${KEEP_ARGUMENT}(`;
const RESTORE = `${FRAMES}.cur=${SAVED},${SAVED}=${FRAMES}`;
export const AWAIT_AFTER = `,${SAVED}=${FRAMES}.cur),${RESTORE})`;
export const RESTORE_IF_SUSPENDED = `if(${SAVED}!==${FRAMES}){${RESTORE};}`;
/** Begins with a semicolon: it may follow a directive that has none. */
export const DECLARE_SAVED = `;let ${SAVED}=${FRAMES};`;
export const ARROW_OPEN = `{${DECLARE_SAVED}return(`;
export const ARROW_CLOSE = `);${SAVED}}`;
export const ITERATE_BEFORE = `${FRAMES}.iterate(`;
export const ITERATE_AFTER = `,(ª$v)=>${SAVED}=ª$v)`;
export const LOOP_OPEN = `{${SAVED}===${FRAMES};`;
export const LOOP_BODY_OPEN = `{${RESTORE};`;
export const LOOP_BODY_CLOSE = `;${SAVED}===${FRAMES}}`;
export const LOOP_CLOSE = `${RESTORE_IF_SUSPENDED}${SAVED}}`;
/** Around what a direct `eval` is given. */
export const EVAL_BEFORE = `${FRAMES}.evaluated(`;
export const EVAL_AFTER = `,${FRAMES})`;
/** `arguments` of no function (a module's), which is nowhere defined. Same length. */
export const NO_ARGUMENTS = 'ª$rgument';
/** `(value) => value` but the context's global for the thread's: `this` of functions in a vm context. */
export const CONTEXT_THIS = 'ª$t';
export const DELEGATE_AFTER = `,${RESTORE})`;
export const DEFAULT_FUNCTION_NAME = ` ${DEFAULT}`;
export const pushAfter = (indices: readonly number[]): string => `,${indices.map((index) => `${PUSH}(${index})`).join(',')})`;
export const HEAD_PUSH_CLOSE = `;${PUSH}}`;
/** At the beginning of a loop's body, when the head assigned. */
export const headPush = (indices: readonly number[]): string => `{${KEEP}(0${pushAfter(indices)};`;

const literal = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
const identifier = String.raw`[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*`;

/** Longest first: an insertion may be the beginning of another. */
const INSERTED = new RegExp(
  [
    ...[
      LOOP_CLOSE,
      RESTORE_IF_SUSPENDED,
      AWAIT_AFTER,
      ITERATE_AFTER,
      ARROW_OPEN,
      ARROW_CLOSE,
      LOOP_OPEN,
      LOOP_BODY_OPEN,
      LOOP_BODY_CLOSE,
      DELEGATE_AFTER,
      DECLARE_SAVED,
      ITERATE_BEFORE,
      EVAL_BEFORE,
      EVAL_AFTER,
      AWAIT_ARGUMENT,
      AWAIT_BEFORE,
      DEFAULT_FUNCTION_NAME,
      HEAD_PUSH_CLOSE,
    ]
      .toSorted((a, b) => b.length - a.length)
      .map(literal),
    String.raw`\{${literal(KEEP)}\(0(?:,${literal(PUSH)}\(\d+\))+\);`,
    String.raw`(?:,${literal(PUSH)}\(\d+\))+\)`,
    String.raw`(?<shorthand>:${literal(IMPORTS_SHORTHAND)}\.${identifier})`,
    String.raw`\(0,${literal(IMPORTS)}\.(?<called>${identifier})\)`,
    String.raw`${literal(IMPORTS)}\.(?<read>${identifier})`,
    literal(`${TESTED}.`),
    String.raw`${literal(CONTEXT_THIS)}\((?<own>this)\)`,
    `(?<none>${literal(NO_ARGUMENTS)})`,
    `(?<load>${literal(IMPORT_CALL)})`,
    `(?<meta>${literal(IMPORT_META)})`,
  ].join('|'),
  'gu',
);

/** Text of a function as its author wrote it, from the text that V8 compiled. */
export function originalText(text: string): string {
  if (!text.includes('ª$')) return text;
  return text.replaceAll(INSERTED, (...match: unknown[]) => {
    const groups = match.at(-1) as Partial<Record<'called' | 'read' | 'load' | 'meta' | 'own' | 'none', string>>;
    if (groups.load !== undefined) return 'import';
    if (groups.meta !== undefined) return 'import.meta';
    if (groups.none !== undefined) return 'arguments';
    return groups.called ?? groups.read ?? groups.own ?? '';
  });
}

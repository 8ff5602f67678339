/**
 * `vm` contexts without a second realm, which a worker cannot make: scripts run inside `with` on a proxy of the sandbox.
 *
 * As natively: globals of the sandbox are seen and made, `var` and functions at the top become its properties, unknown names throw,
 * the host's own globals (`process`, timers …) are not there, `globalThis` and `this` are the context's global.
 * Different: intrinsics (`Array`, `Error` …) are this realm's own, so `instanceof` holds across contexts; `const` at the top can be assigned;
 * names that strict scripts declare are copied when the script ends; code generation is forbidden by name only (`eval`, `Function`); `timeout` and `breakOnSigint` cannot interrupt.
 */
import type { AnyNode, ClassDeclaration, Program } from 'acorn';
import type { Environment } from '../environment.ts';
import { NativeProxy } from '../bindings/types.ts';
import { Edits } from './edits.ts';
import { parseScript } from './parse.ts';
import type { ScriptOrigin } from './scripts.ts';
import { loaderRuntime } from './runtime.ts';
import { CONTEXT_THIS, TESTED } from './generated-names.ts';
import type { ScriptCode } from './transform-cache.ts';
import { transformScript, withoutHashbang } from './transform-script.ts';
import { patternNames, rewrite } from './walk.ts';

/** Globals of the language itself, which every realm has. */
const INTRINSICS = new Set(
  (
    'AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry ' +
    'Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ' +
    'ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array ' +
    'Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly console decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval isFinite isNaN parseFloat parseInt undefined unescape'
  ).split(' '),
);

const evaluate = globalThis.eval;
const contexts = new WeakMap<object, VmContext>();

export function vmContextOf(contextified: object): VmContext {
  const context = contexts.get(contextified);
  if (context === undefined) throw new TypeError('The object is not a vm context');
  return context;
}

/** What one kind of script sees as its global scope. */
interface ScopeRules {
  /** Assigning an unknown name throws, as in strict code. */
  readonly strict: boolean;
}

/** `contextCodeGeneration: { strings: false }` */
const refuseCode = function (): never {
  throw new EvalError('Code generation from strings disallowed for this context');
};

export class VmContext {
  readonly sandbox: Record<string | symbol, unknown>;
  readonly global: object;
  readonly #environment: Environment;
  readonly #sloppy: object;
  readonly #strict: object;
  /** Top-level `let`, `const` and `class` of its scripts. */
  readonly #lexical = Object.create(null) as Record<string, unknown>;
  /** Names that scripts declared at their top. */
  readonly #declared = new Set<string>();
  /** Names that one script declares in its own variable scope; looked up there while they are copied. */
  #ownNames: ReadonlySet<string> = new Set();

  readonly #canEvaluate: boolean;

  /**
   * A context of its own, or (`isThis`) the thread's real global, for scripts there that need the host's hooks around them.
   * Without `canEvaluate` its scripts make no code of strings.
   */
  constructor(
    environment: Environment,
    sandbox: object,
    { isThis = false, canEvaluate = true }: { isThis?: boolean; canEvaluate?: boolean },
  ) {
    this.#environment = environment;
    this.#canEvaluate = canEvaluate;
    this.sandbox = sandbox as Record<string | symbol, unknown>;
    if (!isThis) contexts.set(sandbox, this);
    this.global = isThis ? sandbox : this.#makeGlobal();
    this.#sloppy = isThis ? this.#makeThisScope() : this.#makeScope({ strict: false });
    this.#strict = isThis ? this.#sloppy : this.#makeScope({ strict: true });
  }

  /** Runs a script and gives its completion value. */
  run(prepared: PreparedScript, importer: unknown, name: string, source: string): unknown {
    const { frames, scripts } = loaderRuntime(this.#environment);
    this.#requireNew(prepared);
    for (const each of [...prepared.variables, ...prepared.functions]) this.#declared.add(each);
    // A variable becomes the sandbox's property when it is assigned.
    if (this.global === this.sandbox) for (const each of prepared.variables) if (!(each in this.sandbox)) this.sandbox[each] = undefined;
    for (const each of prepared.lexical) this.#lexical[each] = undefined;
    const copy = (values: () => Record<string, unknown>, names: readonly string[]): void => {
      const before = this.#ownNames;
      this.#ownNames = new Set(names);
      try {
        Object.assign(this.sandbox, values());
      } finally {
        this.#ownNames = before;
      }
    };
    // Strict code has variables of its own: they are copied when it ends.
    let atEnd: (() => Record<string, unknown>) | undefined;
    const take = (functions: () => Record<string, unknown>, variables?: () => Record<string, unknown>): void => {
      copy(functions, prepared.functions);
      atEnd = variables;
    };
    const list = (names: readonly string[]): string => `()=>({${names.join(',')}})`;
    const own = prepared.strict ? [...prepared.variables, ...prepared.lexical] : [];
    const before = `${prepared.strict ? '"use strict";' : ''}${prepared.functions.length + own.length === 0 ? '' : `ª$D(${list(prepared.functions)}${own.length === 0 ? '' : `,${list(own)}`});`}`;
    const text = scripts.named(`${before}${prepared.code}`, {
      name,
      source,
      prefix: before.length,
      edits: prepared.edits,
      ...prepared.offsets,
    });
    const runner = evaluate(`(function(ª$G,ª$C,ª$ldr$,ª$A,ª$k,ª$w,ª$D,ª$T,${CONTEXT_THIS}){with(ª$G){return eval(ª$C)}})`) as (
      this: object,
      ...parameters: unknown[]
    ) => unknown;
    const keep = (value: unknown): unknown => value;
    try {
      return runner.call(
        this.global,
        prepared.strict ? this.#strict : this.#sloppy,
        text,
        importer,
        frames,
        keep,
        frames.awaited,
        take,
        this.#tested(),
        this.#ownThis,
      );
    } finally {
      if (atEnd !== undefined) copy(atEnd, own);
    }
  }

  /** Evaluates an expression (a function) whose free names are the context's. */
  evaluateExpression(expression: string, origin: ScriptOrigin): unknown {
    const { scripts } = loaderRuntime(this.#environment);
    const before = `(function(ª$G,${TESTED},${CONTEXT_THIS}){with(ª$G){return `;
    const make = scripts.evaluate(`${before}${expression}\n}})`, { ...origin, prefix: origin.prefix + before.length }) as (
      this: object,
      ...parameters: unknown[]
    ) => unknown;
    return make.call(this.global, this.#sloppy, this.#tested(), this.#ownThis);
  }

  /** Functions that are called without `this` get the context's global. */
  readonly #ownThis = (value: unknown): unknown => (value === globalThis ? this.global : value);

  /** @throws SyntaxError a name was declared before, by whatever script: natively `let` and its kind are once only */
  #requireNew({ lexical, variables, functions }: PreparedScript): void {
    const taken = lexical.find((name) => name in this.#lexical || this.#declared.has(name));
    const hidden = taken ?? [...variables, ...functions].find((name) => name in this.#lexical);
    if (hidden !== undefined) throw new SyntaxError(`Identifier '${hidden}' has already been declared`);
  }

  /** What `typeof name` reads: nothing is thrown. */
  #tested(): object {
    return new NativeProxy(this.global, {
      get: (_, key) => (key in this.#lexical ? this.#lexical[key as string] : Reflect.get(this.global, key)),
    });
  }

  #makeThisScope(): object {
    const { sandbox } = this;
    return new NativeProxy(sandbox, {
      has: (_, key) => typeof key === 'string' && this.#declared.has(key) && !this.#ownNames.has(key),
      get: (_, key) => (key === Symbol.unscopables ? undefined : sandbox[key]),
      set: (_, key, value) => Reflect.set(sandbox, key, value),
      deleteProperty: (_, key) => Reflect.deleteProperty(sandbox, key),
    });
  }

  #makeGlobal(): object {
    const { sandbox } = this;
    const intrinsic = (key: string | symbol): boolean => typeof key === 'string' && INTRINSICS.has(key);
    return new NativeProxy(sandbox, {
      get: (target, key) => {
        if (key in target) return this.#seen(Reflect.get(target, key));
        if (key === 'globalThis') return this.global;
        return intrinsic(key) ? this.#intrinsic(String(key)) : undefined;
      },
      has: (target, key) => key in target || key === 'globalThis' || intrinsic(key),
      set: (target, key, value) => Reflect.set(target, key, value),
      // What scripts declared comes first.
      ownKeys: (target) => {
        const keys = Reflect.ownKeys(target);
        const declared = [...this.#declared].filter((name) => Object.hasOwn(target, name));
        return declared.length === 0 ? keys : [...declared, ...keys.filter((key) => typeof key !== 'string' || !this.#declared.has(key))];
      },
    });
  }

  #makeScope({ strict }: ScopeRules): object {
    const { sandbox } = this;
    const lexical = this.#lexical;
    return new NativeProxy(sandbox, {
      // Everything is here, so that assignments of unknown names do not go to the worker's global object.
      has: (_, key) =>
        typeof key === 'string' &&
        !key.startsWith('ª$') &&
        !this.#ownNames.has(key) &&
        (key !== 'eval' || !this.#canEvaluate || 'eval' in sandbox),
      get: (_, key) => {
        if (key === Symbol.unscopables) return undefined;
        if (key in lexical) return lexical[key as string];
        if (key in sandbox) return this.#seen(sandbox[key]);
        if (key === 'globalThis') return this.global;
        if (typeof key === 'string' && INTRINSICS.has(key)) return this.#intrinsic(key);
        if (this.#declared.has(String(key))) return undefined;
        throw new ReferenceError(`${String(key)} is not defined`);
      },
      set: (_, key, value) => {
        if (key in lexical) return Reflect.set(lexical, key, value);
        if (strict && !(key in sandbox) && !this.#declared.has(String(key)) && !INTRINSICS.has(String(key)))
          throw new ReferenceError(`${String(key)} is not defined`);
        if (Reflect.set(sandbox, key, value)) return true;
        if (strict) throw new TypeError(`Cannot assign to read only property '${String(key)}' of object '#<Object>'`);
        return false;
      },
      deleteProperty: (_, key) => Reflect.deleteProperty(sandbox, key),
    });
  }

  #intrinsic(name: string): unknown {
    if (!this.#canEvaluate && (name === 'eval' || name === 'Function')) return refuseCode;
    return (globalThis as unknown as Record<string, unknown>)[name];
  }

  /** From inside, the sandbox is the context's global. */
  #seen(value: unknown): unknown {
    return value === this.sandbox ? this.global : value;
  }
}

export interface PreparedScript {
  readonly code: string;
  readonly edits: (() => Edits) | undefined;
  readonly variables: readonly string[];
  /** Top-level `let`, `const`, `class`. */
  readonly lexical: readonly string[];
  readonly functions: readonly string[];
  readonly strict: boolean;
  readonly offsets: { readonly lineOffset: number; readonly columnOffset: number };
}

/** Finds what a script declares at its top, and makes lexical declarations visible to later scripts. Throws acorn's SyntaxError. */
export function prepareScript(source: string, offsets: PreparedScript['offsets']): PreparedScript {
  const program = parseScript(source, false);
  const first = program.body[0];
  const strict = first?.type === 'ExpressionStatement' && first.directive === 'use strict';
  const edit = (): Edits => editScript(source, program, () => true, testedNames(source));
  return {
    code: edit().apply(source),
    edits: edit,
    variables: [...topVariables(program.body)],
    lexical: lexicalNames(program),
    functions: program.body.flatMap((statement) => (statement.type === 'FunctionDeclaration' ? [statement.id.name] : [])),
    strict,
    offsets,
  };
}

const testedNames = (source: string): ReadonlySet<string> =>
  new Set([...source.matchAll(/\btypeof\s*\(*\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu)].map(([, name]) => name ?? ''));

/**
 * `let`, `const` and `class` at the top of a script outlive it: they become `var`. Same length where it can be.
 * @param outlives whether a declaration of this name does. One that hides what the global object has must not become its property: it stays the script's own.
 */
export function editScript(source: string, program: Program, outlives: (name: string) => boolean, tested?: ReadonlySet<string>): Edits {
  const edits = new Edits();
  if (source.startsWith('#!')) edits.replace(0, 2, '//');
  const classes = program.body.filter((statement) => statement.type === 'ClassDeclaration' && outlives(statement.id.name));
  for (const statement of program.body) {
    if (statement.type !== 'VariableDeclaration' || statement.kind === 'var') continue;
    if (!statement.declarations.every(({ id }) => [...patternNames(id)].every(outlives))) continue;
    edits.replace(statement.start, statement.start + statement.kind.length, 'var'.padEnd(statement.kind.length));
  }
  for (const statement of classes) edits.insert(statement.start, `var ${(statement as ClassDeclaration).id.name}=`);
  rewrite(program, edits, tested === undefined ? undefined : { imports: new Set(), rewriteReads: false, mutable: new Map(), tested });
  for (const statement of classes) edits.insert(statement.end, ';');
  return edits;
}

/** The body of a function that is compiled in a context. Unparsable source goes to V8 as it is, which then says why. */
export function forContext(source: string): ScriptCode {
  const make = (): Edits | undefined => transformScript(source, { functionBody: true, tested: testedNames(source) });
  const edits = make();
  if (edits === undefined || edits.size === 0) return { code: withoutHashbang(source), edits: undefined };
  return { code: withoutHashbang(edits.apply(source)), edits: () => edits };
}

/** Names that `let`, `const` and `class` declare at the top. */
export const lexicalNames = (program: Program): string[] =>
  program.body.flatMap((statement) => {
    if (statement.type === 'ClassDeclaration') return [statement.id.name];
    return statement.type === 'VariableDeclaration' && statement.kind !== 'var'
      ? statement.declarations.flatMap(({ id }) => [...patternNames(id)])
      : [];
  });

/** Names that `var` declares, functions left out. */
function* topVariables(statements: readonly AnyNode[]): Generator<string> {
  for (const statement of statements) {
    switch (statement.type) {
      case 'VariableDeclaration':
        if (statement.kind === 'var') for (const { id } of statement.declarations) yield* patternNames(id);
        break;
      case 'BlockStatement':
        yield* topVariables(statement.body);
        break;
      case 'IfStatement':
        yield* topVariables([statement.consequent, ...(statement.alternate ? [statement.alternate] : [])]);
        break;
      case 'ForStatement':
        yield* topVariables([...(statement.init ? [statement.init] : []), statement.body]);
        break;
      case 'ForInStatement':
      case 'ForOfStatement':
        yield* topVariables([statement.left as AnyNode, statement.body]);
        break;
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'LabeledStatement':
      case 'WithStatement':
        yield* topVariables([statement.body]);
        break;
      case 'TryStatement':
        yield* topVariables([
          statement.block,
          ...(statement.handler ? [statement.handler.body] : []),
          ...(statement.finalizer ? [statement.finalizer] : []),
        ]);
        break;
      case 'SwitchStatement':
        for (const each of statement.cases) yield* topVariables(each.consequent);
        break;
      default:
    }
  }
}

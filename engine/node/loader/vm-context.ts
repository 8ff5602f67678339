/**
 * `vm` contexts without a second realm, which a worker cannot make: scripts run inside `with` on a proxy of the sandbox.
 *
 * As natively: globals of the sandbox are seen and made, `var` and functions at the top become its properties, unknown names throw,
 * the host's own globals (`process`, timers …) are not there, `globalThis` and `this` are the context's global.
 * Different: intrinsics (`Array`, `Error` …) are this realm's own, so `instanceof` holds across contexts; `let`, `const` and `class` at the top
 * also become properties; code generation cannot be forbidden; `timeout` and `breakOnSigint` cannot interrupt.
 */
import type { AnyNode, Program } from 'acorn';
import type { Environment } from '../environment.ts';
import { NativeProxy } from '../bindings/types.ts';
import { Edits } from './edits.ts';
import { parseScript } from './parse.ts';
import type { ScriptOrigin } from './scripts.ts';
import { loaderRuntime } from './runtime.ts';
import { patternNames, rewrite } from './walk.ts';

/** Globals of the language itself, which every realm has. */
const INTRINSICS = new Set(
  ('AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry ' +
    'Float16Array Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ' +
    'ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array ' +
    'Uint8ClampedArray WeakMap WeakRef WeakSet WebAssembly console decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval isFinite isNaN parseFloat parseInt undefined unescape').split(' '),
);

const evaluate = globalThis.eval;
const contexts = new WeakMap<object, VmContext>();

export function vmContextOf(contextified: object): VmContext {
  const context = contexts.get(contextified);
  if (context === undefined) throw new TypeError('The object is not a vm context');
  return context;
}

export class VmContext {
  readonly sandbox: Record<string | symbol, unknown>;
  readonly global: object;
  readonly #environment: Environment;
  readonly #scope: object;
  /** Names that one script declares in its own variable scope; looked up there while they are copied. */
  #ownNames: ReadonlySet<string> = new Set();
  /** Names that scripts declared at their top. */
  readonly #declared = new Set<string>();
  /** Names that a script asks `typeof` of: those do not throw when they are unknown. */
  #tested: ReadonlySet<string> = new Set();

  /** A context of its own, or (`isThis`) the thread's real global, for scripts there that need the host's hooks around them. */
  constructor(environment: Environment, sandbox: object, isThis = false) {
    this.#environment = environment;
    this.sandbox = sandbox as Record<string | symbol, unknown>;
    if (!isThis) contexts.set(sandbox, this);
    this.global = isThis ? sandbox : this.#makeGlobal();
    this.#scope = isThis ? this.#makeThisScope() : this.#makeScope();
  }

  /** Runs a script and gives its completion value. `code` is the guest's text after `prepare`. */
  run(prepared: PreparedScript, importer: unknown, name: string, source: string): unknown {
    const { frames, scripts } = loaderRuntime(this.#environment);
    this.#tested = new Set([...this.#tested, ...prepared.tested]);
    for (const name of [...prepared.variables, ...prepared.functions]) this.#declared.add(name);
    for (const variable of prepared.variables) if (!(variable in this.sandbox)) this.sandbox[variable] = undefined;
    const declared = new Set(prepared.functions);
    const take = (values: () => Record<string, unknown>): void => {
      const before = this.#ownNames;
      this.#ownNames = declared;
      try {
        Object.assign(this.sandbox, values());
      } finally {
        this.#ownNames = before;
      }
    };
    const copy = prepared.functions.length === 0 ? '' : `ª$D(()=>({${prepared.functions.join(',')}}));`;
    const text = scripts.named(`${prepared.strict ? '"use strict";' : ''}${copy}${prepared.code}`, {
      name,
      source,
      prefix: copy.length + (prepared.strict ? 13 : 0),
      edits: prepared.edits,
      ...prepared.offsets,
    });
    const runner = evaluate('(function(ª$G,ª$C,ª$ldr$,ª$A,ª$k,ª$w,ª$D){with(ª$G){return eval(ª$C)}})') as (this: object, ...parameters: unknown[]) => unknown;
    const keep = (value: unknown): unknown => value;
    return runner.call(this.global, this.#scope, text, importer, frames, keep, keep, take);
  }

  /** Evaluates an expression (a function) whose free names are the context's. */
  evaluateExpression(expression: string, origin: ScriptOrigin): unknown {
    const { scripts } = loaderRuntime(this.#environment);
    const before = '(function(ª$G){with(ª$G){return ';
    const make = scripts.evaluate(`${before}${expression}\n}})`, { ...origin, prefix: origin.prefix + before.length }) as (this: object, scope: object) => unknown;
    return make.call(this.global, this.#scope);
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
        if (key in target) return Reflect.get(target, key) as unknown;
        if (key === 'globalThis') return this.global;
        return intrinsic(key) ? (globalThis as unknown as Record<string | symbol, unknown>)[key] : undefined;
      },
      has: (target, key) => key in target || key === 'globalThis' || intrinsic(key),
      set: (target, key, value) => Reflect.set(target, key, value),
    });
  }

  #makeScope(): object {
    const { sandbox } = this;
    return new NativeProxy(sandbox, {
      // Everything is here, so that assignments of unknown names do not go to the worker's global object.
      has: (_, key) => typeof key === 'string' && !key.startsWith('ª$') && !this.#ownNames.has(key) && (key !== 'eval' || 'eval' in sandbox),
      get: (_, key) => {
        if (key === Symbol.unscopables) return undefined;
        if (key in sandbox) return sandbox[key];
        if (key === 'globalThis') return this.global;
        if (typeof key === 'string' && INTRINSICS.has(key)) return (globalThis as unknown as Record<string, unknown>)[key];
        if (typeof key === 'string' && !this.#tested.has(key)) throw new ReferenceError(`${key} is not defined`);
        return undefined;
      },
      set: (_, key, value) => Reflect.set(sandbox, key, value),
      deleteProperty: (_, key) => Reflect.deleteProperty(sandbox, key),
    });
  }
}

export interface PreparedScript {
  readonly code: string;
  readonly edits: (() => Edits) | undefined;
  readonly variables: readonly string[];
  readonly functions: readonly string[];
  readonly tested: readonly string[];
  readonly strict: boolean;
  readonly offsets: { readonly lineOffset: number; readonly columnOffset: number };
}

/** Finds what a script declares at its top, and makes lexical declarations visible to later scripts. Throws acorn's SyntaxError. */
export function prepareScript(source: string, offsets: PreparedScript['offsets']): PreparedScript {
  const program = parseScript(source, false);
  const first = program.body[0];
  const strict = first?.type === 'ExpressionStatement' && first.directive === 'use strict';
  const edit = (): Edits => editScript(source, program, true);
  return {
    code: edit().apply(source),
    edits: edit,
    variables: [...topVariables(program.body)],
    functions: program.body.flatMap((statement) => (statement.type === 'FunctionDeclaration' ? [statement.id.name] : [])),
    tested: [...source.matchAll(/\btypeof\s*\(*\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/gu)].map(([, name]) => name ?? ''),
    strict,
    offsets,
  };
}

/** `let`, `const` and `class` at the top of a script outlive it: they become `var`. Same length where it can be. */
export function editScript(source: string, program: Program, lexical: boolean): Edits {
  const edits = new Edits();
  if (source.startsWith('#!')) edits.replace(0, 2, '//');
  if (lexical) {
    for (const statement of program.body) {
      if (statement.type === 'VariableDeclaration' && (statement.kind === 'let' || statement.kind === 'const')) {
        edits.replace(statement.start, statement.start + statement.kind.length, 'var'.padEnd(statement.kind.length));
      } else if (statement.type === 'ClassDeclaration') edits.insert(statement.start, `var ${statement.id.name}=`);
    }
  }
  rewrite(program, edits, undefined);
  if (lexical) for (const statement of program.body) if (statement.type === 'ClassDeclaration') edits.insert(statement.end, ';');
  return edits;
}

export const hasLexicalTop = (program: Program): boolean =>
  program.body.some((statement) => statement.type === 'ClassDeclaration' || (statement.type === 'VariableDeclaration' && statement.kind !== 'var'));

/** Names that `var` (and, at the top, `let`, `const`, `class`) declares, functions left out. */
function* topVariables(statements: readonly AnyNode[], top = true): Generator<string> {
  for (const statement of statements) {
    switch (statement.type) {
      case 'VariableDeclaration':
        if (top || statement.kind === 'var') for (const { id } of statement.declarations) yield* patternNames(id);
        break;
      case 'ClassDeclaration':
        if (top && statement.id !== null && statement.id !== undefined) yield statement.id.name;
        break;
      case 'BlockStatement':
        yield* topVariables(statement.body, false);
        break;
      case 'IfStatement':
        yield* topVariables([statement.consequent, ...(statement.alternate ? [statement.alternate] : [])], false);
        break;
      case 'ForStatement':
        yield* topVariables([...(statement.init ? [statement.init] : []), statement.body], false);
        break;
      case 'ForInStatement':
      case 'ForOfStatement':
        yield* topVariables([statement.left as AnyNode, statement.body], false);
        break;
      case 'WhileStatement':
      case 'DoWhileStatement':
      case 'LabeledStatement':
      case 'WithStatement':
        yield* topVariables([statement.body], false);
        break;
      case 'TryStatement':
        yield* topVariables([statement.block, ...(statement.handler ? [statement.handler.body] : []), ...(statement.finalizer ? [statement.finalizer] : [])], false);
        break;
      case 'SwitchStatement':
        for (const each of statement.cases) yield* topVariables(each.consequent, false);
        break;
      default:
    }
  }
}

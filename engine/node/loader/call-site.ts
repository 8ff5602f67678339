/** V8's CallSite for code that was compiled by `eval` and rewritten: the author's places and names, and V8's text (SerializeJSStackFrame). */
import type { Scripts, SourcePlace } from './scripts.ts';

/** V8's interface (https://v8.dev/docs/stack-trace-api). */
export interface V8CallSite {
  getThis(): unknown;
  getTypeName(): string | null;
  getFunction(): unknown;
  getFunctionName(): string | null;
  getMethodName(): string | null;
  getFileName(): string | null;
  getLineNumber(): number | null;
  getColumnNumber(): number | null;
  getEnclosingLineNumber?(): number | null;
  getEnclosingColumnNumber?(): number | null;
  getPosition?(): number;
  getPromiseIndex(): number | null;
  getScriptNameOrSourceURL(): string | null;
  getScriptHash(): string;
  getEvalOrigin(): string | undefined;
  isToplevel(): boolean;
  isEval(): boolean;
  isNative(): boolean;
  isConstructor(): boolean;
  isAsync(): boolean;
  isPromiseAll(): boolean;
  toString(): string;
}

class CallSite implements V8CallSite {
  readonly #site: V8CallSite;
  readonly #place: SourcePlace | undefined;

  constructor(site: V8CallSite, place: SourcePlace | undefined) {
    this.#site = site;
    this.#place = place;
  }

  getThis(): unknown {
    return this.#site.getThis();
  }
  getTypeName(): string | null {
    return this.#site.getTypeName();
  }
  getFunction(): unknown {
    return this.#site.getFunction();
  }
  getFunctionName(): string | null {
    const name = this.#site.getFunctionName();
    // V8 calls the anonymous functions at the top of what `eval` compiled so.
    return name === 'eval' && this.#site.isEval() && this.#place !== undefined ? null : name;
  }
  getMethodName(): string | null {
    return this.#site.getMethodName();
  }
  getFileName(): string | null {
    return this.#place?.file ?? this.#site.getFileName();
  }
  getLineNumber(): number | null {
    return this.#place?.line ?? this.#site.getLineNumber();
  }
  getColumnNumber(): number | null {
    return this.#place?.column ?? this.#site.getColumnNumber();
  }
  getEnclosingLineNumber(): number | null {
    return this.#site.getEnclosingLineNumber?.() ?? null;
  }
  getEnclosingColumnNumber(): number | null {
    return this.#site.getEnclosingColumnNumber?.() ?? null;
  }
  getPosition(): number {
    return this.#site.getPosition?.() ?? 0;
  }
  getPromiseIndex(): number | null {
    return this.#site.getPromiseIndex();
  }
  getScriptNameOrSourceURL(): string | null {
    return this.#place?.file ?? this.#site.getScriptNameOrSourceURL();
  }
  getScriptHash(): string {
    return this.#site.getScriptHash();
  }
  getEvalOrigin(): string | undefined {
    return this.#place === undefined ? this.#site.getEvalOrigin() : undefined;
  }
  isToplevel(): boolean {
    return this.#site.isToplevel();
  }
  isEval(): boolean {
    return this.#place === undefined && this.#site.isEval();
  }
  isNative(): boolean {
    return this.#site.isNative();
  }
  isConstructor(): boolean {
    return this.#site.isConstructor();
  }
  isAsync(): boolean {
    return this.#site.isAsync();
  }
  isPromiseAll(): boolean {
    return this.#site.isPromiseAll();
  }
  toString(): string {
    // Natively methods of `process`; here the event loop runs them as generators.
    if (PROCESS_METHODS.test(this.getFunctionName() ?? '') && this.getScriptNameOrSourceURL()?.startsWith('node:') === true)
      return `process.${this.getFunctionName()} (${location(this)})`;
    return this.#place === undefined ? this.#site.toString() : frameText(this);
  }
}

const PROCESS_METHODS = /^process(?:TicksAndRejections|Timers|Immediate)$/;

function location(site: V8CallSite): string {
  if (site.isNative()) return 'native';
  const parts = [site.getScriptNameOrSourceURL() ?? '<anonymous>', site.getLineNumber(), site.getColumnNumber()];
  return parts.filter((part) => part !== null).join(':');
}

function frameText(site: V8CallSite): string {
  const name = site.getFunctionName() ?? '';
  const before = site.isAsync() ? 'async ' : '';
  if (site.isAsync() && site.isPromiseAll()) return `${before}Promise.all (index ${site.getPromiseIndex()})`;
  const isMethodCall = !site.isNative() && !site.isToplevel() && !site.isConstructor();
  if (isMethodCall) return `${before}${methodText(site, name)} (${location(site)})`;
  if (site.isConstructor()) return `${before}new ${name === '' ? '<anonymous>' : name} (${location(site)})`;
  return name === '' ? `${before}${location(site)}` : `${before}${name} (${location(site)})`;
}

function methodText(site: V8CallSite, name: string): string {
  const type = site.getTypeName() ?? '';
  const method = site.getMethodName() ?? '';
  if (name === '') return `${type === '' ? '' : `${type}.`}${method === '' ? '<anonymous>' : method}`;
  // V8 14 puts the class before getters and private methods, Node 24's does not.
  if (/^(?:[gs]et )|^#/.test(name)) return name;
  const typed = type !== '' && !name.startsWith(`${type}.`) ? `${type}.${name}` : name;
  const isShown = method === '' || name === method || name.endsWith(`.${method}`) || name.endsWith(` ${method}`);
  return isShown ? typed : `${typed} [as ${method}]`;
}

/**
 * The frames of a stack trace as guests see them: the engine's own are left out (with the builtin `eval` that it called), places are the author's.
 */
export function guestCallSites(scripts: Scripts, sites: readonly V8CallSite[], isEngine: (site: V8CallSite) => boolean): V8CallSite[] {
  return sites.flatMap((site, index) => {
    if (isEngine(site)) return [];
    const file = site.getScriptNameOrSourceURL();
    if (file === null || file === undefined) {
      const below = sites[index + 1];
      const isEvalOfEngine = site.getFunctionName() === 'eval' && below !== undefined && isEngine(below);
      return isEvalOfEngine ? [] : [site];
    }
    const line = site.getLineNumber();
    const column = site.getColumnNumber();
    const place = line === null || column === null ? undefined : scripts.mapCallSite(file, line, column);
    return [new CallSite(site, place)];
  });
}

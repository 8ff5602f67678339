/** A program that ends while a top-level await of its entry point still waits: the warning that Node prints, and exit code 13. */
import type { Environment } from '../environment.ts';
import { arrowMessage } from './syntax-error.ts';
import { moduleOfWrap } from './module-owners.ts';
import { SourceTextModuleRecord } from './source-text-module.ts';
import { parseModule } from './parse.ts';
import type { AnyNode } from 'acorn';

const nativeThen = Promise.prototype.then;

/** Undefined when the entry point's promise is settled (or there is none), else the text for standard error. */
export async function unsettledTopLevelAwait(environment: Environment): Promise<string | undefined> {
  const { entry_point_promise_private_symbol: promiseSymbol, entry_point_module_private_symbol: moduleSymbol } = environment.privateSymbols;
  const global = globalThis as unknown as Record<symbol, unknown>;
  const promise = promiseSymbol === undefined ? undefined : global[promiseSymbol];
  if (!(promise instanceof Promise)) return undefined;
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  void Reflect.apply(nativeThen, promise, [settle, settle]);
  await undefined;
  await undefined;
  if (isSettled) return undefined;
  const wrap = moduleSymbol === undefined ? undefined : global[moduleSymbol];
  const entry = typeof wrap === 'object' && wrap !== null ? moduleOfWrap(wrap) : undefined;
  if (entry === undefined || !(entry.record instanceof SourceTextModuleRecord)) return 'Warning: Detected unsettled top-level await\n';
  const messages = stalled(entry.record).map(({ url, source }) => {
    const offset = firstAwait(parseModule(source).body);
    return `Warning: Detected unsettled top-level await at ${arrowMessage(url, source, Math.max(0, offset), 1)}\n\n\n`;
  });
  return messages.join('');
}

/** Modules that wait in their own code, not for others. */
function stalled(root: SourceTextModuleRecord): { url: string; source: string }[] {
  const found: { url: string; source: string }[] = [];
  const seen = new Set<SourceTextModuleRecord>();
  const visit = (module: SourceTextModuleRecord): void => {
    if (seen.has(module)) return;
    seen.add(module);
    for (const each of module.requested ?? []) if (each instanceof SourceTextModuleRecord) visit(each);
    if (module.status === 'evaluating-async' && module.code.async && module.pendingAsyncDependencies === 0)
      found.push({ url: module.url, source: module.host.source(module) });
  };
  visit(root);
  return found;
}

/** Offset of the first top-level await: which of several waits cannot be known. */
function firstAwait(nodes: readonly unknown[]): number {
  let first = -1;
  const visit = (value: unknown): void => {
    if (first !== -1 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach(visit);
    const node = value as AnyNode;
    if (/Function|PropertyDefinition|StaticBlock/.test(node.type ?? '')) return;
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) {
      first = node.start;
      return;
    }
    Object.values(node).forEach(visit);
  };
  nodes.forEach(visit);
  return first;
}

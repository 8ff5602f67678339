/**
 * Linking and evaluation of module graphs with strongly connected components and top-level await (ECMA-262, 16.2.1.6 Cyclic Module Records). Names of
 * functions are the specification's.
 */
import { evaluateSynthetic, type ModuleRecord, type SyntheticModuleRecord } from './module-record.ts';
import { SourceTextModuleRecord, type Capability } from './source-text-module.ts';
import { EVALUATION } from './transform-module.ts';

/** Link(): throws a LinkError, and then none of the modules is linked that were not before. */
export function linkModule(module: SourceTextModuleRecord): void {
  const stack: SourceTextModuleRecord[] = [];
  try {
    innerModuleLinking(module, stack, 0);
  } catch (error) {
    for (const each of stack) each.status = 'new';
    throw error;
  }
}

/** Evaluate(): of a linked module; the promise of an earlier call when there was one. */
export function evaluateModule(first: SourceTextModuleRecord): Promise<undefined> {
  let module = first;
  if (first.status === 'evaluating-async' || first.status === 'evaluated') module = first.cycleRoot ?? first;
  if (module.capability !== undefined) return module.capability.promise;
  const stack: SourceTextModuleRecord[] = [];
  const capability = newCapability();
  module.capability = capability;
  try {
    innerModuleEvaluation(module, stack, 0);
  } catch (error) {
    for (const each of stack) {
      each.status = 'evaluated';
      each.failure = { error };
      each.cycleRoot ??= each;
    }
    module.status = 'evaluated';
    module.failure ??= { error };
    capability.reject(error);
    return capability.promise;
  }
  if (module.status !== 'evaluating-async') capability.resolve(undefined);
  return capability.promise;
}

function newCapability(): Capability {
  let resolve: Capability['resolve'] | undefined;
  let reject: Capability['reject'] | undefined;
  const promise = new Promise<undefined>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  if (resolve === undefined || reject === undefined) throw new Error('The executor of a promise did not run');
  return { promise, resolve, reject };
}

function innerModuleLinking(module: ModuleRecord, stack: SourceTextModuleRecord[], start: number): number {
  let index = start;
  if (!(module instanceof SourceTextModuleRecord)) {
    if (module.status === 'new') module.status = 'linked';
    return index;
  }
  if (module.status !== 'new') return index;
  module.status = 'linking';
  module.dfsIndex = index;
  module.dfsAncestorIndex = index;
  index++;
  stack.push(module);
  module.code.requests.forEach(({ phase }, request) => {
    if (phase !== EVALUATION) return;
    const required = module.request(request);
    index = innerModuleLinking(required, stack, index);
    if (required instanceof SourceTextModuleRecord && required.status === 'linking') {
      module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
    }
  });
  module.initializeEnvironment();
  if (module.dfsAncestorIndex !== module.dfsIndex) return index;
  const component = stack.splice(stack.indexOf(module));
  for (const member of component) member.status = 'linked';
  const isCycle = component.length > 1 || (module.requested ?? []).includes(module);
  if (isCycle) for (const member of component.toReversed()) member.hoist();
  return index;
}

function innerModuleEvaluation(module: ModuleRecord, stack: SourceTextModuleRecord[], start: number): number {
  let index = start;
  if (!(module instanceof SourceTextModuleRecord)) {
    evaluateSynthetic(module as SyntheticModuleRecord);
    return index;
  }
  if (module.status === 'evaluating-async' || module.status === 'evaluated') {
    if (module.failure !== undefined) throw module.failure.error;
    return index;
  }
  if (module.status === 'evaluating') return index;
  module.status = 'evaluating';
  module.dfsIndex = index;
  module.dfsAncestorIndex = index;
  module.pendingAsyncDependencies = 0;
  index++;
  stack.push(module);
  for (const [request, { phase }] of module.code.requests.entries()) {
    if (phase !== EVALUATION) continue;
    const direct = module.request(request);
    index = innerModuleEvaluation(direct, stack, index);
    if (!(direct instanceof SourceTextModuleRecord)) continue;
    let required = direct;
    if (required.status === 'evaluating') {
      module.dfsAncestorIndex = Math.min(module.dfsAncestorIndex, required.dfsAncestorIndex);
    } else {
      required = required.cycleRoot ?? required;
      if (required.failure !== undefined) throw required.failure.error;
    }
    if (required.asyncOrder > 0 && required.status !== 'evaluated') {
      module.pendingAsyncDependencies++;
      required.asyncParents.push(module);
    }
  }
  if (module.pendingAsyncDependencies > 0 || module.code.async) {
    module.asyncOrder = module.host.clock.next++;
    if (module.pendingAsyncDependencies === 0) executeAsyncModule(module);
  } else {
    module.execute();
  }
  if (module.dfsAncestorIndex === module.dfsIndex) {
    for (const member of stack.splice(stack.indexOf(module))) {
      member.status = member.asyncOrder > 0 ? 'evaluating-async' : 'evaluated';
      member.cycleRoot = module;
    }
  }
  return index;
}

const nativeThen = Promise.prototype.then;

function executeAsyncModule(module: SourceTextModuleRecord): void {
  const done = module.execute() as Promise<unknown>;
  void Reflect.apply(nativeThen, done, [
    () => asyncModuleExecutionFulfilled(module),
    (error: unknown) => asyncModuleExecutionRejected(module, error),
  ]);
}

function gatherAvailableAncestors(module: SourceTextModuleRecord, list: SourceTextModuleRecord[]): void {
  for (const parent of module.asyncParents) {
    if (list.includes(parent) || parent.cycleRoot?.failure !== undefined) continue;
    parent.pendingAsyncDependencies--;
    if (parent.pendingAsyncDependencies > 0) continue;
    list.push(parent);
    if (!parent.code.async) gatherAvailableAncestors(parent, list);
  }
}

function asyncModuleExecutionFulfilled(module: SourceTextModuleRecord): void {
  if (module.status === 'evaluated') return;
  module.status = 'evaluated';
  module.capability?.resolve(undefined);
  const available: SourceTextModuleRecord[] = [];
  gatherAvailableAncestors(module, available);
  available.sort((a, b) => a.asyncOrder - b.asyncOrder);
  for (const ancestor of available) {
    if (ancestor.status === 'evaluated') continue;
    if (ancestor.code.async) {
      executeAsyncModule(ancestor);
      continue;
    }
    try {
      ancestor.execute();
    } catch (error) {
      asyncModuleExecutionRejected(ancestor, error);
      continue;
    }
    ancestor.status = 'evaluated';
    ancestor.capability?.resolve(undefined);
  }
}

function asyncModuleExecutionRejected(module: SourceTextModuleRecord, error: unknown): void {
  if (module.status === 'evaluated') return;
  module.failure = { error };
  module.status = 'evaluated';
  for (const parent of module.asyncParents) asyncModuleExecutionRejected(parent, error);
  module.capability?.reject(error);
}

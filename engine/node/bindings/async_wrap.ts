/** `internalBinding('async_wrap')`: async ids and the execution stack (src/async_wrap.cc, AsyncHooks in src/env.cc). */
import { queueDestroy, setHookState } from '../async-wrap.ts';
import type { Callable, CreateBinding } from '../environment.ts';

const CHECK = 6;
const STACK_LENGTH = 7;
const EXECUTION_ASYNC_ID = 0;
const TRIGGER_ASYNC_ID = 1;
const ASYNC_ID_COUNTER = 2;
const DEFAULT_TRIGGER_ASYNC_ID = 3;

/** The parts of the async_wrap binding that callbacks.ts works on. */
export interface AsyncStack {
  readonly fields: Uint32Array;
  readonly ids: Float64Array;
  push(asyncId: number, triggerAsyncId: number, resource: unknown): void;
  pop(asyncId: number): boolean;
  clear(): void;
  readonly hooks: () => Record<string, Callable> | undefined;
  newAsyncId(): number;
  /** Callbacks that are running, one within the other. */
  depth(): number;
}

/** @param onCorrupted ends the process: the ids are of callbacks that did not nest */
export function createAsyncStack(onCorrupted: (actual: number, expected: number) => void): AsyncStack & {
  readonly resources: unknown[];
  stack(): Float64Array;
  setHooks(hooks: Record<string, Callable>): void;
} {
  const fields = new Uint32Array(9);
  fields[CHECK] = 1;
  const ids = new Float64Array(4);
  ids[ASYNC_ID_COUNTER] = 1;
  ids[DEFAULT_TRIGGER_ASYNC_ID] = -1;
  const resources: unknown[] = [];
  // Node's JavaScript pushes onto this array itself while it has room, then calls pushAsyncContext.
  const stack = new Float64Array(2 * 4096);
  let hooks: Record<string, Callable> | undefined;
  return {
    fields,
    ids,
    resources,
    stack: () => stack,
    setHooks: (next) => (hooks = next),
    hooks: () => hooks,
    depth: () => fields[STACK_LENGTH] ?? 0,
    newAsyncId: () => (ids[ASYNC_ID_COUNTER] = (ids[ASYNC_ID_COUNTER] ?? 0) + 1),
    push(asyncId, triggerAsyncId, resource) {
      const offset = fields[STACK_LENGTH] ?? 0;
      if (offset * 2 >= stack.length) throw new RangeError('async call stack has overflowed');
      resources[offset] = resource;
      stack[2 * offset] = ids[EXECUTION_ASYNC_ID] ?? 0;
      stack[2 * offset + 1] = ids[TRIGGER_ASYNC_ID] ?? 0;
      fields[STACK_LENGTH] = offset + 1;
      ids[EXECUTION_ASYNC_ID] = asyncId;
      ids[TRIGGER_ASYNC_ID] = triggerAsyncId;
    },
    pop(asyncId) {
      const length = fields[STACK_LENGTH] ?? 0;
      if (length === 0) return false;
      if ((fields[CHECK] ?? 0) > 0 && ids[EXECUTION_ASYNC_ID] !== asyncId) onCorrupted(ids[EXECUTION_ASYNC_ID] ?? 0, asyncId);
      const offset = length - 1;
      ids[EXECUTION_ASYNC_ID] = stack[2 * offset] ?? 0;
      ids[TRIGGER_ASYNC_ID] = stack[2 * offset + 1] ?? 0;
      fields[STACK_LENGTH] = offset;
      resources.length = offset;
      return offset > 0;
    },
    clear() {
      ids[EXECUTION_ASYNC_ID] = 0;
      ids[TRIGGER_ASYNC_ID] = 0;
      fields[STACK_LENGTH] = 0;
      resources.length = 0;
    },
  };
}

export const createAsyncWrapBinding =
  (state: ReturnType<typeof createAsyncStack>): CreateBinding =>
  (environment) => {
    const providers = (environment.dumps['async_wrap']?.['Providers'] ?? {}) as Record<string, number>;
    const hookState = { fields: state.fields, ids: state.ids, providers, hooks: undefined as Record<string, Callable> | undefined };
    setHookState(environment, hookState);
    return {
      async_hook_fields: state.fields,
      async_id_fields: state.ids,
      async_ids_stack: state.stack(),
      execution_async_resources: state.resources,
      setupHooks: (hooks: Record<string, Callable>) => {
        state.setHooks(hooks);
        hookState.hooks = hooks;
      },
      setCallbackTrampoline: () => undefined,
      pushAsyncContext: (asyncId: number, trigger: number, resource: unknown) => state.push(asyncId, trigger, resource),
      popAsyncContext: (asyncId: number) => state.pop(asyncId),
      clearAsyncIdStack: () => state.clear(),
      executionAsyncResource: (index: number) => state.resources[index],
      queueDestroyAsyncId: (asyncId: number) => {
        queueDestroy(environment, asyncId);
      },
      registerDestroyHook: () => undefined,
      // V8's promise hooks do not exist in a page: AsyncLocalStorage does not need them (async_context_frame), createHook sees no PROMISE resources.
      setPromiseHooks: () => undefined,
      getPromiseHooks: () => [undefined, undefined, undefined, undefined],
    };
  };

/**
 * Boots Node's library in this thread, in the order of `Realm::RunBootstrapping` (src/node_realm.cc): per-context scripts, realm, node, web,
 * switches. What follows, the main script, needs argv and env and is run by main.ts.
 */
import { BuiltinSources } from './builtin-source.ts';
import { completeBinding, NotImplementedError } from './dump.ts';
import type { Binding, Callable, CreateBinding, Environment } from './environment.ts';
import { withAfterLoad } from './outbound/hooks.ts';

export interface Realm {
  readonly builtins: BuiltinSources;
  binding(name: string): Binding;
  requireBuiltin(id: string): Record<string, unknown>;
  /** Runs `internal/main/<name>`. */
  runMain(name: string): void;
}

export interface RealmOptions {
  readonly environment: Environment;
  readonly bindings: ReadonlyMap<string, CreateBinding>;
  readonly isMainThread: boolean;
}

export interface RealmSetup {
  readonly realm: Realm;
  bootstrap(): void;
}

export function createRealm(options: RealmOptions): RealmSetup {
  const { environment, bindings } = options;
  const builtins = new BuiltinSources(environment.builtins);
  const made = new Map<string, Binding>();
  let require: ((id: string) => Record<string, unknown>) | undefined;
  let internalBinding: ((name: string) => Binding) | undefined;

  const binding = (name: string): Binding => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const create = bindings.get(name);
    const dump = environment.dumps[name];
    if (create === undefined && dump === undefined) throw new NotImplementedError(`internalBinding('${name}')`);
    const complete = completeBinding(name, dump, create === undefined ? {} : create(environment));
    made.set(name, complete);
    return complete;
  };

  const call = (id: string, ...args: unknown[]): unknown => builtins.compile(id).call(undefined, ...args);

  const requireBuiltin = (id: string): Record<string, unknown> => {
    if (require === undefined) throw new Error(`'${id}' was asked for before the realm was set up`);
    return require(id);
  };

  const setInternalLoaders: Callable = (loader, requirer) => {
    internalBinding = loader as typeof internalBinding;
    require = requirer as typeof require;
  };
  made.set(
    'builtins',
    completeBinding('builtins', environment.dumps['builtins'], {
      builtinIds: builtins.ids,
      compileFunction: (id: unknown) => withAfterLoad(environment, String(id), builtins.compile(String(id))),
      setInternalLoaders,
      hasCachedBuiltins: () => true,
      natives: Object.fromEntries(environment.builtins),
    }),
  );

  const runMain = (name: string): void => {
    call(`internal/main/${name}`, environment.process, requireBuiltin, internalBinding, environment.primordials);
  };

  const bootstrap = (): void => {
    const { process, primordials, privateSymbols, symbols } = environment;
    const perContext: Record<string, unknown> = {};
    for (const id of ['internal/per_context/primordials', 'internal/per_context/domexception', 'internal/per_context/messageport']) {
      call(id, perContext, primordials, privateSymbols, symbols);
    }
    perContextExports.set(environment, perContext);
    const getLinkedBinding = (name: unknown): never => {
      throw environment.codedError('Error', 'ERR_INVALID_MODULE', `No such binding: ${String(name)}`);
    };
    call('internal/bootstrap/realm', process, getLinkedBinding, binding, primordials);
    const script = (id: string) => call(id, process, requireBuiltin, internalBinding, primordials);
    script('internal/bootstrap/node');
    script('internal/bootstrap/web/exposed-wildcard');
    script('internal/bootstrap/web/exposed-window-or-worker');
    const main = options.isMainThread;
    script(`internal/bootstrap/switches/${main ? 'is_main_thread' : 'is_not_main_thread'}`);
    script(`internal/bootstrap/switches/${main ? 'does_own_process_state' : 'does_not_own_process_state'}`);
  };

  return { realm: { builtins, binding, requireBuiltin, runMain }, bootstrap };
}

/** What the per-context scripts export to C++: `DOMException`, `emitMessage` … */
export const perContextExports = new WeakMap<Environment, Record<string, unknown>>();

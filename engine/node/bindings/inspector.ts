/** `internalBinding('inspector')`: a page's debugger is the browser's own; the library's hooks into it do nothing. */
import type { Callable, CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({
  setConsoleExtensionInstaller: () => undefined,
  // Native calls both the inspector's and Node's method; there is only Node's here.
  consoleCall: (_inspector: Callable, node: Callable, ...args: unknown[]) => node(...args),
  // What V8's console has and Node's has not: it is copied to Node's.
  console: {
    profile() {},
    profileEnd() {},
    timeStamp() {},
    context: () => globalThis.console,
    createTask: () => ({ run: (callback: () => unknown) => callback() }),
  },
  isEnabled: () => false,
  registerAsyncHook: () => undefined,
  url: () => undefined,
  waitForDebugger: () => false,
  emitProtocolEvent: () => undefined,
  setNetworkInspectionEnabled: () => undefined,
  setupNetworkTracking: () => undefined,
});

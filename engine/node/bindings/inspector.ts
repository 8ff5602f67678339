/** `internalBinding('inspector')`: a page's debugger is the browser's own; the library's hooks into it do nothing. */
import type { Callable, CreateBinding } from '../environment.ts';

export const create: CreateBinding = () => ({
  setConsoleExtensionInstaller: () => undefined,
  // Native calls both the inspector's and Node's method; there is only Node's here.
  consoleCall: (_inspector: Callable, node: Callable, ...args: unknown[]) => node(...args),
  console: {},
  isEnabled: () => false,
  registerAsyncHook: () => undefined,
  url: () => undefined,
  waitForDebugger: () => false,
  emitProtocolEvent: () => undefined,
  setNetworkInspectionEnabled: () => undefined,
  setupNetworkTracking: () => undefined,
});

/** `internalBinding('messaging')` (src/node_messaging.cc): what bootstrap needs; ports are not there yet. */
import type { Callable, CreateBinding } from '../environment.ts';
import { perContextExports } from '../realm.ts';

export const create: CreateBinding = (environment) => ({
  setDeserializerCreateObjectFunction: (callback: Callable) => void callback,
  exposeLazyDOMExceptionProperty: (target: object) => {
    const get = () => perContextExports.get(environment)?.['DOMException'];
    Object.defineProperty(target, 'DOMException', {
      configurable: true,
      enumerable: false,
      get,
      set: (value: unknown) => Object.defineProperty(target, 'DOMException', { value, writable: true, configurable: true, enumerable: false }),
    });
  },
  get DOMException() {
    return perContextExports.get(environment)?.['DOMException'];
  },
  structuredClone: (value: unknown, options?: { transfer?: Transferable[] }) => environment.host.structuredClone(value, options),
});

/** `internalBinding('messaging')` (src/node_messaging.cc). */
import { NotImplementedError } from '../dump.ts';
import type { Callable, CreateBinding } from '../environment.ts';
import { perContextExports } from '../realm.ts';
import { openBroadcast } from '../worker/broadcast.ts';
import { setObjectFactory } from '../worker/message.ts';
import { portsOf } from '../worker/ports.ts';

export const create: CreateBinding = (environment) => {
  const ports = portsOf(environment);
  return {
    MessagePort: ports.MessagePort,
    MessageChannel: ports.MessageChannel,
    stopMessagePort: (port: unknown) => ports.stop(port),
    drainMessagePort: (port: unknown) => ports.drain(port),
    receiveMessageOnPort: (port: unknown) => ports.receive(port, environment.symbols['no_message_symbol']),
    moveMessagePortToContext: () => {
      throw new NotImplementedError('worker_threads.moveMessagePortToContext');
    },
    setDeserializerCreateObjectFunction: (callback: Callable) => setObjectFactory(environment, callback),
    broadcastChannel: (name: string) => openBroadcast(environment, name),
    exposeLazyDOMExceptionProperty: (target: object) => {
      const value = perContextExports.get(environment)?.['DOMException'];
      Object.defineProperty(target, 'DOMException', { value, writable: true, configurable: true, enumerable: false });
    },
    get DOMException() {
      return perContextExports.get(environment)?.['DOMException'];
    },
    structuredClone: (value: unknown, options?: { transfer?: unknown[] }) => ports.clone(value, options?.transfer ?? []),
  };
};

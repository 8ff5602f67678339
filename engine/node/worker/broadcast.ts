/** BroadcastChannels within one process, over the browser's: its channels reach every page and worker of the origin, so names carry the process's. */
import type { Environment } from '../environment.ts';
import type { Packed } from './message.ts';
import { portsOf } from './ports.ts';

/** The browser's, taken before the thread's global object is emptied. */
const { addEventListener: listen } = EventTarget.prototype;

/** The handle of a BroadcastChannel: a MessagePort whose messages go to all others of the name. */
export function openBroadcast(environment: Environment, name: string): MessagePort {
  const channel = new environment.host.BroadcastChannel(`${environment.shared.name} ${name}`);
  const { port, receive } = portsOf(environment).createBroadcast(
    (message) => channel.postMessage(message),
    () => channel.close(),
  );
  listen.call(channel, 'message', (event) => receive((event as MessageEvent<Packed>).data));
  return port;
}

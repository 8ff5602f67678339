/**
 * BroadcastChannels within one process. Those of one thread hear each other at once, as natively; other threads are reached over the browser's channels, which reach
 * every page and worker of the origin, so that names carry the process's.
 */
import type { Environment } from '../environment.ts';
import type { Packed } from './message.ts';
import { portsOf } from './ports.ts';

type Receive = (message: Packed) => void;

/** The channels of one name in one thread. */
interface Group {
  readonly members: Set<Receive>;
  readonly others: BroadcastChannel;
}

/** The browser's, taken before the thread's global object is emptied. */
const { addEventListener: listen } = EventTarget.prototype;
const threads = new WeakMap<Environment, Map<string, Group>>();

function groupOf(environment: Environment, name: string): Group {
  let groups = threads.get(environment);
  if (groups === undefined) threads.set(environment, (groups = new Map()));
  const known = groups.get(name);
  if (known !== undefined) return known;
  const others = new environment.host.BroadcastChannel(`${environment.shared.name} ${name}`);
  const members = new Set<Receive>();
  listen.call(others, 'message', (event) => {
    for (const receive of members) receive((event as MessageEvent<Packed>).data);
  });
  const group = { members, others };
  groups.set(name, group);
  return group;
}

/** The handle of a BroadcastChannel: a MessagePort whose messages go to all others of the name. */
export function openBroadcast(environment: Environment, name: string): MessagePort {
  const { members, others } = groupOf(environment, name);
  const { port, receive } = portsOf(environment).createBroadcast(
    (message) => {
      for (const member of members) if (member !== receive) member(message);
      others.postMessage(message);
    },
    () => {
      members.delete(receive);
      if (members.size > 0) return;
      others.close();
      threads.get(environment)?.delete(name);
    },
  );
  members.add(receive);
  return port;
}

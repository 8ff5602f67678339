/** Previews in the kernel's worker: for every open port a bridge is asked for, and what bridges send goes to the gateway. */
import { createGateway } from '../preview/gateway.ts';
import type { Guest } from '../preview/guest.ts';

/** How long a bridge may take before a port is announced without it, in milliseconds. */
const PATIENCE = 15_000;

export interface PreviewsOptions {
  readonly guest: Guest;
  /** Makes the page open the bridge of a port, or ask it for another link. */
  readonly askForBridge: (port: number) => void;
  /** A preview of the port is served from now on (or will never be: `onError` said why). Once for each time that the port opens. */
  readonly onReady: (port: number) => void;
  readonly onError: (message: string) => void;
}

export interface Previews {
  portOpened(port: number): void;
  portClosed(port: number): void;
  addLink(port: number, link: MessagePort): void;
  bridgeFailed(port: number, message: string): void;
  close(): void;
}

export function openPreviews({ guest, askForBridge, onReady, onError }: PreviewsOptions): Previews {
  const gateway = createGateway(guest);
  /** Ports whose origin has a service worker that answered once. */
  const served = new Set<number>();
  const waiting = new Map<number, ReturnType<typeof setTimeout>>();

  function ready(port: number): void {
    const timer = waiting.get(port);
    if (timer === undefined) return;
    clearTimeout(timer);
    waiting.delete(port);
    onReady(port);
  }

  return {
    portOpened(port) {
      gateway.portsChanged();
      waiting.set(
        port,
        setTimeout(() => {
          onError(`The preview of port ${port} has not answered for ${PATIENCE / 1000} s.`);
          ready(port);
        }, PATIENCE),
      );
      if (served.has(port)) ready(port);
      else askForBridge(port);
    },
    portClosed(port) {
      clearTimeout(waiting.get(port));
      waiting.delete(port);
      gateway.portsChanged();
    },
    addLink(port, link) {
      gateway.addLink(link, () => {
        served.add(port);
        ready(port);
      });
    },
    bridgeFailed(port, message) {
      // It was opened ahead of its port. When that opens, the bridge is asked again, and says so again.
      if (!waiting.has(port)) return;
      onError(`The preview of port ${port} cannot be shown. ${message}`);
      ready(port);
    },
    close() {
      for (const timer of waiting.values()) clearTimeout(timer);
      waiting.clear();
      gateway.close();
    },
  };
}

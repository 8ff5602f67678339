/** Bridges in the engine's page: one hidden frame for each preview's origin in use, whose links go on to the kernel's worker. */
import { ASK_FOR_LINK, parseBridgeMessage } from '../protocol/preview-messages.ts';
import type { PageToKernel } from './page-messages.ts';

/** Where the port is remembered that opened first on the last visit: most often it does so again. */
const FIRST_PORT = 'jampot-first-port';
/** Milliseconds in which a frame that was opened ahead of its port gives a link once it is asked to; then it is opened anew, as when its page could not be loaded. */
const PATIENCE = 4000;
/** Frames of ports that opened longest ago go first when there are more. */
const MOST_BRIDGES = 16;

export interface Bridges {
  /** Opens the bridge of a port, or asks it for another link. */
  open(port: number): void;
  /** Opens the bridge of the port that is likely to open next, before it does: the frame's process and the service worker take a while to start. */
  prepare(): void;
}

/** @param memory between visits; null: none. Asked when it is needed: the browser takes a while to open it. */
export function createBridges(kernel: Pick<Worker, 'postMessage'>, memory: () => Memory): Bridges {
  let first: number | null = null;
  const frames = new Map<number, HTMLIFrameElement>();
  const loaded = new WeakSet<HTMLIFrameElement>();
  /** Frames that have given a link. */
  const linked = new WeakSet<HTMLIFrameElement>();
  const originOf = (port: number): string => `${location.protocol}//p${port}--${location.host}`;
  const post = (message: PageToKernel, transfer: Transferable[] = []): void => kernel.postMessage(message, transfer);

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    for (const [port, frame] of frames) {
      if (event.source !== frame.contentWindow || event.origin !== originOf(port)) continue;
      const message = parseBridgeMessage(event.data);
      const [link] = event.ports;
      if (message?.type !== undefined) loaded.add(frame);
      if (message?.type === 'jampot-bridge-link') linked.add(frame);
      if (message?.type === 'jampot-bridge-link' && link !== undefined) post({ type: 'preview-link', port, link }, [link]);
      if (message?.type === 'jampot-bridge-failed') post({ type: 'preview-failed', port, message: message.message });
    }
  });

  function addFrame(port: number): void {
    const [oldest] = frames;
    if (oldest !== undefined && frames.size >= MOST_BRIDGES) {
      oldest[1].remove();
      frames.delete(oldest[0]);
    }
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.title = `Bridge to the preview of port ${port}`;
    frame.allow = 'cross-origin-isolated';
    frame.src = `${originOf(port)}/__jampot/bridge`;
    frame.addEventListener('load', () => loaded.add(frame), { once: true });
    frames.set(port, frame);
    document.body.append(frame);
  }

  return {
    open(port) {
      if (first === null) {
        first = port;
        remember(memory(), port);
      }
      const known = frames.get(port);
      if (known === undefined) return addFrame(port);
      // One that is still loading gives its link by itself.
      if (loaded.has(known)) known.contentWindow?.postMessage(ASK_FOR_LINK, originOf(port));
      if (linked.has(known)) return;
      setTimeout(() => {
        if (linked.has(known) || frames.get(port) !== known) return;
        known.remove();
        frames.delete(port);
        addFrame(port);
      }, PATIENCE);
    },
    prepare() {
      const port = remembered(memory());
      if (port !== null && !frames.has(port)) addFrame(port);
    },
  };
}

type Memory = Pick<Storage, 'getItem' | 'setItem'> | null;

function remembered(memory: Memory): number | null {
  const text = memory?.getItem(FIRST_PORT) ?? '';
  const port = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : 0;
  return port > 0 && port <= 65_535 ? port : null;
}

function remember(memory: Memory, port: number): void {
  if (remembered(memory) === port) return;
  try {
    memory?.setItem(FIRST_PORT, String(port));
  } catch (error) {
    // The browser keeps nothing of this origin, or has no room: the next visit asks for the bridge when the port opens, as the first does.
    if (!(error instanceof DOMException)) throw error;
  }
}

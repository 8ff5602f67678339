/** Bridges in the engine's page: one hidden frame for each preview's origin in use, whose links go on to the kernel's worker. */
import { ASK_FOR_LINK, parseBridgeMessage } from '../protocol/preview-messages.ts';
import type { PageToKernel } from './page-messages.ts';

/** Frames of ports that opened longest ago go first when there are more. */
const MOST_BRIDGES = 16;

export interface Bridges {
  /** Opens the bridge of a port, or asks it for another link. */
  open(port: number): void;
}

export function createBridges(kernel: Pick<Worker, 'postMessage'>): Bridges {
  const frames = new Map<number, HTMLIFrameElement>();
  const originOf = (port: number): string => `${location.protocol}//p${port}--${location.host}`;
  const post = (message: PageToKernel, transfer: Transferable[] = []): void => kernel.postMessage(message, transfer);

  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    for (const [port, frame] of frames) {
      if (event.source !== frame.contentWindow || event.origin !== originOf(port)) continue;
      const message = parseBridgeMessage(event.data);
      const [link] = event.ports;
      if (message?.type === 'jampot-bridge-link' && link !== undefined) post({ type: 'preview-link', port, link }, [link]);
      if (message?.type === 'jampot-bridge-failed') post({ type: 'preview-failed', port, message: message.message });
    }
  });

  return {
    open(port) {
      const known = frames.get(port);
      if (known !== undefined) return known.contentWindow?.postMessage(ASK_FOR_LINK, originOf(port));
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
      frames.set(port, frame);
      document.body.append(frame);
    },
  };
}

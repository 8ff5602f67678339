/** Entry point of the bridge: a hidden frame of the engine's page on a preview's origin. It gives the origin's service worker links to the engine. */
import { ASK_FOR_LINK } from '../protocol/preview-messages.ts';
import type { BridgeToEngine, GivenLink } from '../protocol/preview-messages.ts';
import { registerWorker } from './register.ts';

const engine = document.currentScript?.dataset['engine'];

function tell(message: BridgeToEngine, transfer: Transferable[] = []): void {
  if (engine === undefined) throw new Error("The bridge's script needs data-engine.");
  window.parent.postMessage(message, engine, transfer);
}

/** Held for as long as this frame lives. */
const lock = `jampot-bridge-${crypto.randomUUID()}`;
const locked = new Promise<void>((resolve, reject) => {
  navigator.locks
    .request(lock, () => {
      resolve();
      return new Promise(() => {});
    })
    .catch(reject);
});

async function link(): Promise<void> {
  try {
    const worker = await registerWorker();
    await locked;
    const { port1, port2 } = new MessageChannel();
    worker.postMessage({ type: 'jampot-link', lock } satisfies GivenLink, [port1]);
    tell({ type: 'jampot-bridge-link' }, [port2]);
  } catch (error) {
    tell({ type: 'jampot-bridge-failed', message: error instanceof Error ? error.message : String(error) });
  }
}

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.source === window.parent && event.origin === engine && event.data === ASK_FOR_LINK) void link();
});
navigator.serviceWorker?.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.data === ASK_FOR_LINK) void link();
});
navigator.serviceWorker?.startMessages();
void link();

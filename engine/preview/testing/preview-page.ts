/** Guest servers in an engine, and their previews in frames, for the browser tests. */
import type { WebContainer } from '@webcontainer/api';
import type { Frame, Page } from '@playwright/test';

declare global {
  /** The instance that `bootPreviews` made. */
  var container: WebContainer;
  /** What guest processes wrote. */
  var guestOutput: string;
  /** Messages of `preview-message`, in order. */
  var previewMessages: unknown[];
}

/** Boots an engine in a page that has the official client. */
export async function bootPreviews(page: Page): Promise<void> {
  await page.evaluate(async () => {
    globalThis.container = await webcontainer.WebContainer.boot({ coep: 'require-corp', workdirName: 'work', forwardPreviewErrors: true });
    globalThis.guestOutput = '';
    globalThis.previewMessages = [];
    container.on('preview-message', (message) => previewMessages.push(message));
    container.on('error', ({ message }) => console.error(message));
  });
}

/** Starts a guest server from source and gives its preview's address once `server-ready` came. */
export function startServer(page: Page, source: string, port = 3000): Promise<string> {
  return page.evaluate(
    async ({ source, port }) => {
      const ready = new Promise<string>((resolve) => {
        const stop = container.on('server-ready', (opened, url) => {
          if (opened !== port) return;
          stop();
          resolve(url);
        });
      });
      await container.fs.writeFile(`server-${port}.cjs`, source);
      const process = await container.spawn('node', [`server-${port}.cjs`]);
      void process.output.pipeTo(new WritableStream({ write: (chunk) => void (globalThis.guestOutput += chunk) }));
      const ended = process.exit.then((code) => {
        throw new Error(`The server ended with exit code ${code}: ${guestOutput}`);
      });
      // A server that ends later is the test's own matter.
      ended.catch(() => {});
      return Promise.race([ready, ended]);
    },
    { source, port },
  );
}

/** Shows an address in a frame of the page. */
export async function openFrame(page: Page, url: string): Promise<Frame> {
  const element = await page.evaluateHandle(async (url) => {
    const frame = document.createElement('iframe');
    frame.allow = 'cross-origin-isolated';
    frame.src = url;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    return frame;
  }, url);
  const frame = await element.contentFrame();
  if (frame === null) throw new Error('The frame has no document.');
  return frame;
}

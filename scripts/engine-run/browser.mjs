import { chromium } from '@playwright/test';
import { decode } from '@msgpack/msgpack';
import { CHROMIUM_ARGUMENTS, requireChromium } from '../chromium.mjs';

/**
 * Boots the engine in a headless Chromium.
 * @param {import('./server.mjs').EngineServer} server
 * @param {string | null} profile folder of a browser profile that is kept
 * @param {(text: string) => void} say
 */
export async function openEngine(server, profile, say) {
  const launch = { executablePath: requireChromium(), args: CHROMIUM_ARGUMENTS };
  const browser = profile === null ? await chromium.launch(launch) : await chromium.launchPersistentContext(profile, launch);
  const page = await browser.newPage();
  page.on('console', (message) => say(`console ${message.type()}: ${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => say(`page: ${error.message}`));
  page.on('worker', (worker) => worker.on('console', (message) => say(`worker ${message.type()}: ${message.text()}`)));
  await page.exposeFunction('report', say);
  await page.exposeFunction('output', (/** @type {number} */ _id, /** @type {number} */ fd, /** @type {string} */ data) => {
    (fd === 2 ? process.stderr : process.stdout).write(Buffer.from(data, 'base64'));
  });
  await page.goto(server.page);
  /** Calls a function of the page's `engine` object. @param {string} name @param {unknown} [value] @param {unknown} [second] @returns {Promise<any>} */
  const call = (name, value, second) =>
    page.evaluate(
      ([method, one, two]) => /** @type {any} */ (globalThis).engine[/** @type {string} */ (method)](one, two),
      [name, value, second],
    );
  await call('boot', server.engine);

  return {
    /** @param {Uint8Array} snapshot */
    async mount(snapshot) {
      server.setSnapshot(snapshot);
      await call('mount');
    },
    /** @param {{ command: string[], cwd: string | undefined, env: Record<string, string>, tty: boolean, stdin: boolean }} request @returns {Promise<number>} */
    async run({ command, cwd, env, tty, stdin }) {
      const id = await call('spawn', { command, cwd, env, tty, stdin });
      const onData = (/** @type {Buffer} */ data) => void call('write', id, data.toString());
      if (stdin) process.stdin.on('data', onData).once('end', () => void call('endInput', id));
      const code = await call('exit', id);
      if (stdin) process.stdin.off('data', onData).pause();
      return code;
    },
    /**
     * Runs a command with its outputs kept; `code` is null when it took longer than `timeout` milliseconds.
     * @param {{ command: string[], cwd?: string, env: Record<string, string>, input: string | null, timeout: number, tty?: boolean, closed?: boolean }} request
     * @returns {Promise<{ code: number | null, stdout: string, stderr: string, milliseconds: number }>}
     */
    async capture(request) {
      const result = await call('capture', request);
      const text = (/** @type {string} */ data) => Buffer.from(data, 'base64').toString();
      return { ...result, stdout: text(result.stdout), stderr: text(result.stderr) };
    },
    /** @param {string} path */
    async export(path) {
      return /** @type {import('./files.mjs').SnapshotNode} */ (decode(Buffer.from(await call('export', path), 'base64')));
    },
    /** The browser's processes; not with a profile. @returns {Promise<{ type: string, id: number }[]>} */
    async processes() {
      const session = await page.context().browser()?.newBrowserCDPSession();
      if (session === undefined) throw new Error('A browser with a profile of its own does not tell its processes.');
      const { processInfo } = await session.send('SystemInfo.getProcessInfo');
      await session.detach();
      return processInfo;
    },
    close: () => browser.close(),
  };
}

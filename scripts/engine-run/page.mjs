// The page of engine-run: the official client on one side, functions that Playwright calls on the other.
import { WebContainer } from '@webcontainer/api';
// @ts-expect-error the package declares no types for it. The client's own Comlink: outputs apart are part of the wire, not of its public face.
import { Comlink } from '@webcontainer/api/vendor';

const scope = /** @type {any} */ (globalThis);
/** @type {any} */
let container;
/** @type {Map<number, any>} */
const processes = new Map();
let next = 0;

function base64(/** @type {Uint8Array} */ bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
}

scope.engine = {
  async boot(/** @type {string} */ origin) {
    scope.WEBCONTAINER_API_IFRAME_URL = origin;
    container = await WebContainer.boot({ coep: 'require-corp', workdirName: 'project' });
    container.on('port', (/** @type {number} */ port, /** @type {string} */ type, /** @type {string} */ url) =>
      scope.report(`port ${port} ${type} ${url}`),
    );
    container.on('error', (/** @type {{ message: string }} */ error) => scope.report(`error: ${error.message}`));
    return container.workdir;
  },
  async mount() {
    const response = await fetch('/snapshot');
    await container.mount(await response.arrayBuffer());
  },
  /** Starts a process whose output goes to `scope.output(id, fd, base64)`; gives its number. */
  async spawn(
    /** @type {{ command: string[], cwd?: string, env: Record<string, string>, tty: boolean, stdin: boolean }} */ {
      command,
      cwd,
      env,
      tty,
      stdin,
    },
  ) {
    const id = ++next;
    const sink = (/** @type {number} */ fd) =>
      Comlink.proxy((/** @type {Uint8Array | null} */ data) => data && scope.output(id, fd, base64(data)));
    const request = { command: command[0], args: command.slice(1), cwd, env };
    const process = await container._instance.run(request, ...(tty ? [undefined, undefined, sink(1)] : [sink(1), sink(2), undefined]));
    processes.set(id, process);
    if (!stdin) await process.endInput();
    return id;
  },
  /** Runs a command to its end, or until `timeout` milliseconds are over (then `code` is null); the outputs are base64. */
  async capture(
    /** @type {{ command: string[], cwd?: string, env: Record<string, string>, input: string | null, timeout: number, tty?: boolean, closed?: boolean }} */ request,
  ) {
    const { command, cwd, env, input, timeout, tty = false, closed = false } = request;
    /** @type {Uint8Array[][]} */
    const outputs = [[], []];
    const ended = outputs.map(() => Promise.withResolvers());
    const sink = (/** @type {number} */ index) =>
      Comlink.proxy((/** @type {Uint8Array | null} */ data) =>
        data === null ? ended[index]?.resolve(undefined) : outputs[index]?.push(data),
      );
    const started = performance.now();
    const sinks = tty ? [undefined, undefined, sink(0)] : [sink(0), sink(1), undefined];
    if (tty) ended[1]?.resolve(undefined);
    const process = await container._instance.run({ command: command[0], args: command.slice(1), cwd, env }, ...sinks);
    if (input !== null) await process.write(input);
    if (closed) await process.endInput();
    const timer = Promise.withResolvers();
    const handle = setTimeout(() => timer.resolve(null), timeout);
    let code = await Promise.race([process.onExit, timer.promise]);
    clearTimeout(handle);
    if (code === null) process.kill();
    else await Promise.race([Promise.all(ended.map(({ promise }) => promise)), new Promise((resolve) => setTimeout(resolve, 2000))]);
    const bytes = outputs.map((chunks) => new Uint8Array(chunks.flatMap((chunk) => [...chunk])));
    return {
      code,
      stdout: base64(bytes[0] ?? new Uint8Array()),
      stderr: base64(bytes[1] ?? new Uint8Array()),
      milliseconds: performance.now() - started,
    };
  },
  async exit(/** @type {number} */ id) {
    return await processes.get(id).onExit;
  },
  async write(/** @type {number} */ id, /** @type {string} */ data) {
    await processes.get(id)?.write(data);
  },
  async endInput(/** @type {number} */ id) {
    await processes.get(id)?.endInput();
  },
  async export(/** @type {string} */ path) {
    return base64(await container.export(path, { format: 'binary' }));
  },
};

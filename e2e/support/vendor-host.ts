/**
 * The host side of the official client's wire (@webcontainer/api 1.6.4, Comlink 4.3.0) at the vendor's address, as far as the IDE needs it: a few files in
 * memory and one kind of process. It takes part in the conversation and keeps a record of it. The function runs in the vendor's page: it uses nothing of its module.
 */
export interface Asked {
  /** `server`, `instance`, `fs` or `process`. */
  readonly of: string;
  /** Comlink's message type: 0 GET, 2 APPLY, 5 RELEASE. */
  readonly type: number;
  readonly path: readonly string[];
  /** Plain values as they are; `proxy` for functions, `bytes` for binary ones. */
  readonly values: readonly unknown[];
}

export function vendorHost(): void {
  interface Wire {
    readonly type: number;
    readonly name?: string;
    readonly value?: unknown;
  }
  interface Message {
    readonly id: string;
    readonly type: number;
    readonly path: readonly string[];
    readonly argumentList?: readonly Wire[];
  }
  type Answer = (path: string, values: readonly unknown[], wires: readonly Wire[]) => unknown;

  const scope = globalThis as unknown as { asked: Asked[] };
  scope.asked = [];
  const files = new Map<string, unknown>();
  const proxies = new WeakMap<object, MessagePort>();
  const proxy = (of: string, answer: Answer): object => {
    const { port1, port2 } = new MessageChannel();
    serve(port1, of, answer);
    const marker = {};
    proxies.set(marker, port2);
    return marker;
  };
  const reply = (port: MessagePort, id: string, value: unknown): void => {
    const inner = typeof value === 'object' && value !== null ? proxies.get(value) : undefined;
    if (inner === undefined) port.postMessage({ id, type: 0, value });
    else port.postMessage({ id, type: 3, name: 'proxy', value: inner }, [inner]);
  };
  function serve(port: MessagePort, of: string, answer: Answer): void {
    port.onmessage = async ({ data }: MessageEvent<Message>) => {
      const wires = data.argumentList ?? [];
      const values = wires.map(({ type, name, value }) => (type === 3 ? name : value instanceof Uint8Array ? 'bytes' : value));
      scope.asked.push({ of, type: data.type, path: data.path, values });
      reply(
        port,
        data.id,
        await answer(
          data.path.join('.'),
          wires.map(({ value }) => value),
          wires,
        ),
      );
    };
  }

  const fs = proxy('fs', (path, [name, content]) => {
    if (path === 'readdir') return [...files.keys()].map((file) => ({ name: file, 'Symbol(type)': 1 }));
    if (path === 'readFile') return files.get(String(name));
    if (path === 'writeFile') files.set(String(name), content);
    if (path === 'watch') return proxy('watcher', () => undefined);
    return undefined;
  });
  const run: Answer = (_, [request], wires) => {
    const { command, args } = request as { command: string; args: readonly string[] };
    const output = wires[3]?.value;
    const text = new TextEncoder().encode(`the vendor runs ${command} ${args.join(' ')}\r\n`);
    if (output instanceof MessagePort) output.postMessage({ id: 'output', type: 2, path: [], argumentList: [{ type: 0, value: text }] });
    return proxy('process', (path) => (path === 'onExit' ? new Promise(() => {}) : undefined));
  };
  const instance = proxy('instance', (path, values, wires) => {
    if (path === 'fs') return fs;
    if (path === 'previewScript') return proxy('previewScript', () => undefined);
    if (path === 'runtimeInfo') return { path: '/bin:/usr/bin', cwd: '/home/project' };
    if (path === 'on') return proxy('unsubscribe', () => undefined);
    if (path === 'run') return run(path, values, wires);
    return undefined;
  });
  const { port1, port2 } = new MessageChannel();
  serve(port1, 'server', (path) => (path === 'build' ? instance : undefined));
  parent.postMessage({ type: 'init' }, '*', [port2]);
}

/**
 * The serving side of Comlink 4.3.0's wire, which the official client speaks (later versions use other message types). Unlike Comlink's own `expose`, only what a service
 * lists can be reached: a path cannot walk into prototypes or constructors.
 *
 * ```
 * request  { id, type: 0 GET | 1 SET | 2 APPLY | 3 CONSTRUCT | 4 ENDPOINT | 5 RELEASE, path: string[], argumentList: Wire[] }
 * response { id, ...Wire }
 * Wire     { type: 0 RAW, value } | { type: 3 HANDLER, name: 'proxy', value: MessagePort } | { type: 3, name: 'throw', value: { isError, value } }
 * ```
 */

const GET = 0;
const APPLY = 2;
const RELEASE = 5;
const RAW = 0;
const HANDLER = 3;

type Method = (...args: unknown[]) => unknown;

/** What a port gives access to. */
export interface Service {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Called when the proxy itself is called. */
  readonly call?: Method;
  /** The other side let go of its proxy. */
  readonly onRelease?: () => void;
}

/** A function of the other side. */
export class RemoteFunction {
  readonly #port: MessagePort;
  readonly #waiting = new Map<string, () => void>();
  #next = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      const id = isFields(data) ? data['id'] : undefined;
      if (typeof id !== 'string') return;
      this.#waiting.get(id)?.();
      this.#waiting.delete(id);
    };
  }

  /** Calls it; fulfilled when the other side has run it, whatever came out. */
  call(args: readonly unknown[], transfer: Transferable[] = []): Promise<void> {
    const id = `${++this.#next}`;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#port.postMessage({ id, type: APPLY, path: [], argumentList: args.map((value) => ({ type: RAW, value })) }, transfer);
    });
  }

  close(): void {
    this.#port.close();
    for (const resolve of this.#waiting.values()) resolve();
    this.#waiting.clear();
  }
}

/** Marks a result as a service of its own: the other side gets a proxy. */
class Remote {
  readonly service: Service;

  constructor(service: Service) {
    this.service = service;
  }
}

export function remote(service: Service): unknown {
  return new Remote(service);
}

class Transferred {
  readonly value: unknown;
  readonly transfer: Transferable[];

  constructor(value: unknown, transfer: Transferable[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

/** Marks a result whose buffers move to the other side. */
export function transferred(value: unknown, transfer: Transferable[]): unknown {
  return new Transferred(value, transfer);
}

/** Serves one end of a message channel. The returned function closes it. */
export function serve(service: Service, port: MessagePort): () => void {
  const close = (): void => {
    port.onmessage = null;
    port.close();
    service.onRelease?.();
  };
  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const request = parseCall(data);
    if (request === null) return;
    void answer(service, request).then(([wire, transfer]) => {
      try {
        port.postMessage({ id: request.id, ...wire }, transfer);
      } catch (error) {
        port.postMessage({ id: request.id, ...thrown(error) });
      }
      if (request.type === RELEASE) close();
    });
  };
  return close;
}

interface Call {
  readonly id: string;
  readonly type: number;
  readonly path: readonly string[];
  readonly args: readonly unknown[];
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function parseCall(data: unknown): Call | null {
  if (!isFields(data)) return null;
  const { id, type, path = [], argumentList = [] } = data;
  if (typeof id !== 'string' || typeof type !== 'number' || !Array.isArray(path) || !Array.isArray(argumentList)) return null;
  if (!path.every((part) => typeof part === 'string')) return null;
  return { id, type, path, args: argumentList.map(unwire) };
}

function unwire(wire: unknown): unknown {
  if (!isFields(wire)) return undefined;
  if (wire['type'] === RAW) return wire['value'];
  const { name, value } = wire;
  return name === 'proxy' && value instanceof MessagePort ? new RemoteFunction(value) : undefined;
}

type Wired = readonly [Fields, Transferable[]];

async function answer(service: Service, call: Call): Promise<Wired> {
  try {
    return wire(await resolve(service, call));
  } catch (error) {
    return [thrown(error), []];
  }
}

function resolve(service: Service, { type, path, args }: Call): unknown {
  if (type === RELEASE) return undefined;
  const [name, ...deeper] = path;
  const label = path.length === 0 ? 'The proxy itself' : `"${path.join('.')}"`;
  if (deeper.length === 0) {
    if (type === APPLY) {
      const method = name === undefined ? service.call : own(service.methods, name);
      if (method !== undefined) return method(...args);
      throw new TypeError(`${label} cannot be called on the engine's host.`);
    }
    if (type === GET && name !== undefined) {
      const { properties } = service;
      if (properties !== undefined && Object.hasOwn(properties, name)) return properties[name];
      throw new TypeError(`${label} is no property of the engine's host.`);
    }
  }
  throw new TypeError(`${label}: the engine's host answers calls and reads of properties only.`);
}

function own(methods: Readonly<Record<string, Method>> | undefined, name: string): Method | undefined {
  return methods !== undefined && Object.hasOwn(methods, name) ? methods[name] : undefined;
}

function wire(result: unknown): Wired {
  if (result instanceof Remote) {
    const { port1, port2 } = new MessageChannel();
    serve(result.service, port1);
    return [{ type: HANDLER, name: 'proxy', value: port2 }, [port2]];
  }
  if (result instanceof Transferred) return [{ type: RAW, value: result.value }, result.transfer];
  return [{ type: RAW, value: result }, []];
}

/** Properties of an error that the client puts on its own Error, besides what Comlink sends. */
const ERROR_PROPERTIES = ['code', 'errno', 'syscall', 'path', 'dest'] as const;

function thrown(error: unknown): Fields {
  if (!(error instanceof Error)) return { type: HANDLER, name: 'throw', value: { isError: false, value: String(error) } };
  const { message, name, stack } = error;
  const extra: Record<string, unknown> = {};
  for (const key of ERROR_PROPERTIES) if (key in error) extra[key] = (error as Error & Fields)[key];
  return { type: HANDLER, name: 'throw', value: { isError: true, value: { message, name, stack, ...extra } } };
}

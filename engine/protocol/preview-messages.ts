/**
 * Messages of previews. Everything that comes from a preview's origin (service worker, bridge, pages) may be written by guest code and is validated where it arrives.
 *
 * ```
 * page ──fetch──▶ service worker ══ link (MessagePort) ══▶ gateway in the kernel's worker ──▶ socket of the guest
 * page ══ page port (MessagePort, handed on by the service worker) ══▶ gateway: sockets, cookies, forwarded errors
 * bridge frame ──▶ engine page ──▶ kernel's worker: new links
 * ```
 */

export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Bytes of an answer that may be on their way before the guest has to wait. */
export const RESPONSE_WINDOW = 1_048_576;

export interface PreviewRequest {
  readonly id: number;
  readonly port: number;
  readonly method: string;
  /** Path and query as they go into the request line. */
  readonly target: string;
  readonly headers: HeaderList;
  /** `none`; all of it; or a stream: `request-body` messages follow. */
  readonly body: Uint8Array<ArrayBuffer> | 'none' | 'stream';
  /** Whether cookies go with it and are taken from the answer. */
  readonly credentials: boolean;
}

/** Service worker → gateway. */
export type LinkToGateway =
  | { readonly type: 'hello' }
  | ({ readonly type: 'request' } & PreviewRequest)
  | { readonly type: 'request-body'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> | null }
  | { readonly type: 'taken'; readonly id: number; readonly bytes: number }
  | { readonly type: 'abort'; readonly id: number }
  /** A page's own port is transferred with it. */
  | { readonly type: 'page' };

export type GuestFailure =
  /** Nobody listens on the port. */
  | 'closed'
  /** The connection ended before an answer was complete. */
  | 'cut'
  /** What came is no HTTP/1.1. */
  | 'garbage';

/** What HTML pages get injected, besides the engine's own script. */
export interface PageSetup {
  readonly script: {
    readonly source: string;
    readonly type: 'module' | 'importmap' | null;
    readonly defer: boolean;
    readonly async: boolean;
  } | null;
  readonly forwardErrors: boolean | 'exceptions-only';
  /** What `document.cookie` gives at first. */
  readonly cookies: string;
}

/** Gateway → service worker. */
export type GatewayToLink =
  /** Answer to `hello`, and whenever it changes. */
  | { readonly type: 'ports'; readonly open: readonly number[] }
  | {
      readonly type: 'head';
      readonly id: number;
      readonly status: number;
      readonly reason: string;
      readonly headers: HeaderList;
      readonly hasBody: boolean;
      readonly page: PageSetup;
    }
  | { readonly type: 'body'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> | null }
  | { readonly type: 'failed'; readonly id: number; readonly reason: GuestFailure; readonly message: string }
  /** The guest took the bytes of one `request-body`. */
  | { readonly type: 'sent'; readonly id: number }
  /** The engine was torn down. */
  | { readonly type: 'ended' };

/** Page → gateway, on the page's own port. */
export type PageToGateway =
  /** Opens a WebSocket; its port is transferred with it. */
  | { readonly type: 'socket'; readonly port: number; readonly target: string; readonly protocols: readonly string[] }
  /** An assignment to `document.cookie`. */
  | { readonly type: 'cookie'; readonly text: string; readonly path: string }
  | { readonly type: 'message'; readonly message: ForwardedMessage };

/** To the page, on its own port. */
export type GatewayToPage =
  /** What `document.cookie` gives from now on. */
  | { readonly type: 'cookies'; readonly text: string }
  /** From the service worker that hands the port on: the lock that is held as long as the engine's page lives. */
  | { readonly type: 'engine'; readonly lock: string }
  /** There is no engine (any more). */
  | { readonly type: 'ended' };

/** Page → gateway, on a socket's port. */
export type PageToSocket =
  | { readonly type: 'send'; readonly data: string | ArrayBuffer }
  | { readonly type: 'close'; readonly code: number | null; readonly reason: string };

/** Gateway → page, on a socket's port. `bytes` are those that the guest's connection has taken since the last message. */
export type SocketToPage =
  | { readonly type: 'open'; readonly protocol: string }
  | { readonly type: 'data'; readonly data: string | ArrayBuffer }
  | { readonly type: 'sent'; readonly bytes: number }
  | { readonly type: 'closed'; readonly code: number; readonly reason: string; readonly wasClean: boolean; readonly failed: boolean };

/** `PreviewMessage` of @webcontainer/api. */
export type ForwardedMessage = {
  readonly previewId: string;
  readonly port: number;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly stack: string | undefined;
} & (
  | { readonly type: 'PREVIEW_UNCAUGHT_EXCEPTION' | 'PREVIEW_UNHANDLED_REJECTION'; readonly message: string }
  | { readonly type: 'PREVIEW_CONSOLE_ERROR'; readonly args: readonly unknown[] }
);

/** Bridge frame → engine page (window messages). A link's port is transferred with `link`. */
export type BridgeToEngine = { readonly type: 'jampot-bridge-link' } | { readonly type: 'jampot-bridge-failed'; readonly message: string };

/** Service worker → bridge: it has no link and wants one. */
export const ASK_FOR_LINK = 'jampot-ask-for-link';
/** Page → service worker; the page's own port is transferred with it. */
export const GIVE_PAGE_PORT = 'jampot-page-port';

/**
 * Bridge → service worker; a link's port is transferred with it. Ports do not tell reliably that their other end died: the bridge holds a Web Lock as long as it lives,
 * which whoever wants to know waits for.
 */
export interface GivenLink {
  readonly type: 'jampot-link';
  readonly lock: string;
}

export function parseGivenLink(value: unknown): GivenLink | null {
  const { type, lock } = fieldsOf(value) ?? {};
  return type === 'jampot-link' && typeof lock === 'string' && lock !== '' && !lock.startsWith('-') ? { type, lock } : null;
}

/**
 * Preview → its parent, when that is the IDE: where the page is. IDE → preview: what its address bar wants. The IDE checks `event.source` and `event.origin`; the page
 * is the project's own and may say anything.
 */
export interface PreviewNavigation {
  readonly type: 'jampot-preview-navigation';
  /** Absolute. */
  readonly url: string;
  readonly title: string;
}
export interface PreviewNavigationCommand {
  readonly type: 'jampot-preview-command';
  readonly command: 'back' | 'forward' | 'reload';
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null ? (value as Fields) : null;
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 65_536;
}

/** Paths go into a request line: nothing in them may end it. */
function isTarget(value: unknown): value is string {
  return typeof value === 'string' && /^[/*][\x21-\xff]*$/.test(value);
}

function isHeaders(value: unknown): value is HeaderList {
  return (
    Array.isArray(value) &&
    value.every(
      (pair) =>
        Array.isArray(pair) &&
        typeof pair[0] === 'string' &&
        typeof pair[1] === 'string' &&
        isToken(pair[0]) &&
        // The characters that a field value may have are those that do not end it.
        !/[\r\n\0]/.test(pair[1]),
    )
  );
}

/** A token of RFC 9110 §5.6.2. */
function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~\w]+$/.test(text);
}

export function parseLinkMessage(value: unknown): LinkToGateway | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const { type, id, bytes } = fields;
  if (type === 'hello' || type === 'page') return { type };
  if (!Number.isSafeInteger(id)) return null;
  const number = id as number;
  switch (type) {
    case 'request': {
      const { port, method, target, headers, body, credentials } = fields;
      if (!isPort(port) || typeof method !== 'string' || !isToken(method) || !isTarget(target) || !isHeaders(headers)) return null;
      if (body !== 'none' && body !== 'stream' && !(body instanceof Uint8Array)) return null;
      return {
        type,
        id: number,
        port,
        method,
        target,
        headers,
        body: body as PreviewRequest['body'],
        credentials: credentials === true,
      };
    }
    case 'request-body':
      return bytes === null || bytes instanceof Uint8Array ? { type, id: number, bytes: bytes as Uint8Array<ArrayBuffer> | null } : null;
    case 'taken':
      return Number.isSafeInteger(bytes) ? { type, id: number, bytes: bytes as number } : null;
    case 'abort':
      return { type, id: number };
    default:
      return null;
  }
}

export function parsePageMessage(value: unknown): PageToGateway | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const { type, port, target, protocols, text, path, message } = fields;
  switch (type) {
    case 'socket':
      if (!isPort(port) || !isTarget(target) || !Array.isArray(protocols)) return null;
      return protocols.every((one) => typeof one === 'string' && isToken(one)) ? { type, port, target, protocols } : null;
    case 'cookie':
      return typeof text === 'string' && typeof path === 'string' ? { type, text, path } : null;
    case 'message': {
      const parsed = parseForwarded(message);
      return parsed === null ? null : { type, message: parsed };
    }
    default:
      return null;
  }
}

function parseForwarded(value: unknown): ForwardedMessage | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const { type, previewId, port, pathname, search, hash, stack, message, args } = fields;
  if (!isPort(port) || ![previewId, pathname, search, hash].every((one) => typeof one === 'string')) return null;
  const place = {
    previewId: String(previewId),
    port,
    pathname: String(pathname),
    search: String(search),
    hash: String(hash),
    stack: typeof stack === 'string' ? stack : undefined,
  };
  if (type === 'PREVIEW_CONSOLE_ERROR') return Array.isArray(args) ? { type, ...place, args } : null;
  if (type !== 'PREVIEW_UNCAUGHT_EXCEPTION' && type !== 'PREVIEW_UNHANDLED_REJECTION') return null;
  return typeof message === 'string' ? { type, ...place, message } : null;
}

export function parseSocketMessage(value: unknown): PageToSocket | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const { type, data, code, reason } = fields;
  if (type === 'send') return typeof data === 'string' || data instanceof ArrayBuffer ? { type, data } : null;
  if (type !== 'close' || typeof reason !== 'string') return null;
  return code === null || Number.isInteger(code) ? { type, code: code as number | null, reason } : null;
}

export function parseBridgeMessage(value: unknown): BridgeToEngine | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  if (fields['type'] === 'jampot-bridge-link') return { type: 'jampot-bridge-link' };
  const { type, message } = fields;
  return type === 'jampot-bridge-failed' && typeof message === 'string' ? { type, message } : null;
}

/** The engine's end of all previews: service workers' links and pages' ports arrive here, and go on to guests' sockets. */
import { parseLinkMessage, parsePageMessage } from '../protocol/preview-messages.ts';
import type { GatewayToLink, GatewayToPage, LinkToGateway, PageToGateway } from '../protocol/preview-messages.ts';
import { CookieJar } from './cookie-jar.ts';
import { Exchange } from './exchange.ts';
import type { Guest } from './guest.ts';
import type { ResponseHead } from './http/response-parser.ts';
import { connectSocket } from './websocket/connect-socket.ts';

export interface Gateway {
  /** A service worker's link. `onReady` is called when the worker at its other end answers. */
  addLink(port: MessagePort, onReady: () => void): void;
  /** The set of open ports changed. */
  portsChanged(): void;
  close(): void;
}

interface Page {
  readonly port: MessagePort;
  /** Path of the document, once it has told; cookies depend on it. */
  path: string;
  cookies: string;
}

export function createGateway(guest: Guest): Gateway {
  const jar = new CookieJar();
  const links = new Set<MessagePort>();
  const pages = new Set<Page>();
  const endings = new Set<() => void>();

  function addLink(link: MessagePort, onReady: () => void): void {
    const exchanges = new Map<number, Exchange>();
    const post = (message: GatewayToLink, transfer: Transferable[] = []): void => link.postMessage(message, transfer);
    const end = (): void => {
      for (const exchange of exchanges.values()) exchange.abort();
      exchanges.clear();
      links.delete(link);
      endings.delete(end);
      post({ type: 'ended' });
      link.onmessage = null;
    };
    endings.add(end);
    links.add(link);
    link.onmessage = (event: MessageEvent<unknown>) => {
      const message = parseLinkMessage(event.data);
      if (message === null) return;
      switch (message.type) {
        case 'hello':
          post({ type: 'ports', open: [...guest.ports()] });
          return onReady();
        case 'page': {
          const [port] = event.ports;
          if (port !== undefined) addPage(port);
          return;
        }
        case 'request':
          return start(message, exchanges, post);
        case 'request-body':
          return exchanges.get(message.id)?.send(message.bytes);
        case 'taken':
          return exchanges.get(message.id)?.taken(message.bytes);
        case 'abort':
          exchanges.get(message.id)?.abort();
          exchanges.delete(message.id);
      }
    };
    // Not all browsers tell of the other end's death; links and pages that stay are harmless.
    link.addEventListener('close', end);
  }

  function start(
    request: Extract<LinkToGateway, { type: 'request' }>,
    exchanges: Map<number, Exchange>,
    post: (message: GatewayToLink, transfer?: Transferable[]) => void,
  ): void {
    const { id, target, credentials } = request;
    const connection = guest.openConnection(request.port);
    if (connection === null) return post({ type: 'failed', id, reason: 'closed', message: `Nothing listens on port ${request.port}.` });
    const cookies = credentials ? jar.header(target) : '';
    const headers = cookies === '' ? request.headers : [...request.headers, ['Cookie', cookies] as const];
    const exchange = new Exchange(
      connection,
      { ...request, headers },
      {
        head: (head) => {
          if (credentials) takeCookies(head, target);
          post({
            type: 'head',
            id,
            ...head,
            headers: head.headers.filter(([name]) => name.toLowerCase() !== 'set-cookie'),
            page: { script: guest.script(), forwardErrors: guest.forwardErrors, cookies: jar.visible(target) },
          });
        },
        body: (bytes) => {
          if (bytes === null) exchanges.delete(id);
          post({ type: 'body', id, bytes }, bytes === null ? [] : [bytes.buffer]);
        },
        sent: () => post({ type: 'sent', id }),
        failed: (reason, message) => {
          exchanges.delete(id);
          post({ type: 'failed', id, reason, message });
        },
      },
    );
    exchanges.set(id, exchange);
  }

  function takeCookies({ headers }: ResponseHead, target: string): void {
    let isChanged = false;
    for (const [name, value] of headers) if (name.toLowerCase() === 'set-cookie') isChanged = jar.set(value, target) || isChanged;
    if (isChanged) tellCookies();
  }

  function tellCookies(): void {
    for (const page of pages) {
      const text = jar.visible(page.path);
      if (text === page.cookies) continue;
      page.cookies = text;
      page.port.postMessage({ type: 'cookies', text } satisfies GatewayToPage);
    }
  }

  function addPage(port: MessagePort): void {
    const page: Page = { port, path: '/', cookies: '' };
    const end = (): void => {
      pages.delete(page);
      endings.delete(end);
      port.postMessage({ type: 'ended' } satisfies GatewayToPage);
      port.onmessage = null;
    };
    pages.add(page);
    endings.add(end);
    port.onmessage = (event: MessageEvent<unknown>) => {
      const message = parsePageMessage(event.data);
      if (message !== null) fromPage(page, message, event.ports[0]);
    };
    port.addEventListener('close', end);
  }

  function fromPage(page: Page, message: PageToGateway, socketPort: MessagePort | undefined): void {
    switch (message.type) {
      case 'cookie':
        page.path = message.path;
        if (message.text !== '') jar.set(message.text, message.path, true);
        return tellCookies();
      case 'message': {
        const { type } = message.message;
        const wanted = guest.forwardErrors === true || (guest.forwardErrors === 'exceptions-only' && type !== 'PREVIEW_CONSOLE_ERROR');
        return wanted ? guest.forward(message.message) : undefined;
      }
      case 'socket': {
        if (socketPort === undefined) return;
        const { port, target, protocols } = message;
        const end = connectSocket({
          guest,
          port,
          target,
          protocols,
          cookies: jar.header(target),
          page: socketPort,
          onEnd: () => endings.delete(end),
        });
        endings.add(end);
      }
    }
  }

  return {
    addLink,
    portsChanged() {
      const open = [...guest.ports()];
      for (const link of links) link.postMessage({ type: 'ports', open } satisfies GatewayToLink);
    },
    close() {
      for (const end of [...endings]) end();
    },
  };
}

/** The server up to the choice of a version: ClientHello, and what others are asked of it (RFC 8446, 4.1; TLSWrap's client hello and certificate callbacks). */
import type { Flow, TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { type ClientHello, readClientHello, readList, readServerName } from './hello.ts';
import { type HelloContext, isResumable } from './server-hello.ts';
import { ALERT, EXTENSION, FALLBACK_SCSV, HANDSHAKE, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 } from './protocol.ts';
import { Server12 } from './server12.ts';
import { Server13 } from './server13.ts';
import { openTicket, type Session } from './session.ts';
import type { ClientHelloInfo } from './settings.ts';
import { sameBytes } from './wire.ts';

export class ServerFlow implements Flow {
  readonly #connection: TlsConnection;
  /** The session that `loadSession` was given. */
  loaded: Session | undefined;

  constructor(connection: TlsConnection) {
    this.#connection = connection;
  }

  message(type: number, body: Uint8Array, raw: Uint8Array): void {
    if (type !== HANDSHAKE.clientHello) throw new TlsFailure(ALERT.unexpectedMessage, 'unexpected message');
    const connection = this.#connection;
    connection.events.handshakeStart();
    const hello = readClientHello(body);
    const servername = hello.extensions.get(EXTENSION.serverName);
    const info: ClientHelloInfo = {
      sessionId: hello.sessionId,
      servername: servername === undefined ? undefined : readServerName(servername),
      ticket: (hello.extensions.get(EXTENSION.sessionTicket)?.length ?? 0) > 0,
      ocsp: hello.extensions.has(EXTENSION.statusRequest),
    };
    const whole = raw.slice();
    connection.pauseFor(
      () => connection.events.clientHello(info),
      () => this.#begin({ hello, raw: whole, info }),
    );
  }

  #begin(context: HelloContext): void {
    const connection = this.#connection;
    const { settings } = connection;
    const { hello, info } = context;
    const version = [TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0].find(
      (each) => hello.versions.includes(each) && each >= settings.minVersion && each <= settings.maxVersion,
    );
    if (version === undefined) throw new TlsFailure(ALERT.protocolVersion, 'unsupported protocol');
    if (hello.suites.includes(FALLBACK_SCSV) && version < settings.maxVersion) {
      throw new TlsFailure(ALERT.inappropriateFallback, 'inappropriate fallback');
    }
    connection.version = version;
    connection.servername = info.servername;
    if (version === TLS_1_3) {
      const flow = new Server13(connection);
      connection.setFlow(flow);
      flow.hello(context);
      return;
    }
    checkRenegotiation(hello);
    const flow = new Server12(connection, context, this.#resumable(context));
    connection.setFlow(flow);
    flow.begin();
  }

  /** A session of 1.2 from its ticket, or the application's by its id. */
  #resumable({ hello, info }: HelloContext): Session | undefined {
    const { primitives, settings } = this.#connection;
    const ticket = hello.extensions.get(EXTENSION.sessionTicket);
    const useTicket = settings.tickets && ticket !== undefined && ticket.length > 0;
    const session = useTicket ? openTicket(primitives.core, settings.ticketKeys, ticket) : this.loaded;
    if (session === undefined || session.version !== this.#connection.version || !hello.suites.includes(session.suiteId)) return undefined;
    if (!useTicket && !sameBytes(session.sessionId, hello.sessionId)) return undefined;
    return isResumable(this.#connection, session, info) ? session : undefined;
  }
}

/** RFC 5746, 3.6: of a first handshake it is empty. */
function checkRenegotiation(hello: ClientHello): void {
  const body = hello.extensions.get(EXTENSION.renegotiationInfo);
  if (body !== undefined && readList(body, (reader) => reader.vector(1)).length > 0) {
    throw new TlsFailure(ALERT.handshakeFailure, 'renegotiation mismatch');
  }
}

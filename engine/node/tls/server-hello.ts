/** What servers of all versions ask of a ClientHello. */
import type { TlsConnection } from './connection.ts';
import { TlsFailure } from './errors.ts';
import { type ClientHello, readProtocols } from './hello.ts';
import { ALERT, EXTENSION, RENEGOTIATION_SCSV } from './protocol.ts';
import { isFresh, type Session } from './session.ts';
import type { ClientHelloInfo } from './settings.ts';
import { sameBytes } from './wire.ts';

export interface HelloContext {
  readonly hello: ClientHello;
  /** With type and length. */
  readonly raw: Uint8Array;
  readonly info: ClientHelloInfo;
}

/** Whether a session is of this server, for the same name, and not too old (RFC 6066, section 3). */
export function isResumable({ settings }: TlsConnection, session: Session, { servername }: ClientHelloInfo): boolean {
  return (
    isFresh(session, Date.now(), settings.sessionTimeout) &&
    sameBytes(session.context, settings.sessionIdContext) &&
    session.servername === (servername ?? '')
  );
}

export const isSecureRenegotiation = ({ suites, extensions }: ClientHello): boolean =>
  suites.includes(RENEGOTIATION_SCSV) || extensions.has(EXTENSION.renegotiationInfo);

/** Chooses of the protocols that the client offers; undefined: nothing was offered, or there is nothing to choose. */
export function chooseAlpn({ events }: TlsConnection, hello: ClientHello): Uint8Array | undefined {
  const body = hello.extensions.get(EXTENSION.alpn);
  if (body === undefined) return undefined;
  const chosen = events.chooseAlpn(readProtocols(body));
  if (chosen === 'ignore') return undefined;
  if (chosen === undefined) throw new TlsFailure(ALERT.noApplicationProtocol, 'no application protocol');
  return chosen;
}

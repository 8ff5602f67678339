/** From the events of a connection to the functions that the library sets on a TLSWrap. */
import { ALERT } from './protocol.ts';
import { encodeSession } from './session.ts';
import type { ConnectionEvents } from './settings.ts';
import type { TlsWrap } from './tls-wrap.ts';
import { TlsFailure } from './errors.ts';
import { sameBytes, vector8, WireReader } from './wire.ts';
import { concatBytes, viewBytes } from '../crypto/bytes.ts';

/** OpenSSL's PSK_MAX_PSK_LEN and PSK_MAX_IDENTITY_LEN. */
const MOST_PSK = 512;
const MOST_IDENTITY = 256;

const encoder = new TextEncoder();

export function connectionEvents(wrap: TlsWrap): ConnectionEvents {
  const buffer = (bytes: Uint8Array): Uint8Array => wrap.environment.buffer(bytes.slice());
  const { isServer } = wrap.options;
  const exchange = (...args: unknown[]): unknown => wrap.call(wrap.environment.symbols['onpskexchange'] ?? 'onpskexchange', ...args);

  return {
    handshakeStart: () => void wrap.call('onhandshakestart', Math.trunc(wrap.environment.host.performance.now())),
    handshakeDone: () => void wrap.call('onhandshakedone'),
    data: (bytes) => wrap.decrypted(bytes),
    end: () => wrap.ended(),
    failed: (failure) => wrap.failed(failure),
    keylog(line) {
      if (wrap.flags.keylog) wrap.call('onkeylog', buffer(encoder.encode(`${line}\n`)));
    },
    newSession(session) {
      if (!wrap.flags.sessionCallbacks) return;
      if (isServer) wrap.awaitSession();
      wrap.call('onnewsession', buffer(session.sessionId), buffer(encodeSession(session)));
    },
    clientHello({ sessionId, servername, ticket }) {
      if (servername !== undefined) wrap.nameOwner(servername);
      if (!wrap.flags.sessionCallbacks) return false;
      wrap.call('onclienthello', { sessionId: buffer(sessionId), servername: servername ?? '', tlsTicket: ticket });
      return true;
    },
    chooseCertificate({ servername, ocsp }) {
      if (!wrap.flags.certificateCallback) return false;
      wrap.call('oncertcb', { servername: servername ?? '', OCSPRequest: ocsp });
      return true;
    },
    chooseAlpn(offered) {
      if (wrap.flags.alpnCallback) {
        const list = concatBytes(...offered.map((name) => vector8(name)));
        const offset = wrap.call('ALPNCallback', buffer(list));
        if (typeof offset !== 'number') return undefined;
        const reader = new WireReader(list.subarray(offset));
        return reader.vector(1).slice();
      }
      if (wrap.alpnProtocols.length === 0) return 'ignore';
      const own = new WireReader(wrap.alpnProtocols);
      while (own.left > 0) {
        const name = own.vector(1);
        if (offered.some((each) => sameBytes(each, name))) return name.slice();
      }
      return undefined;
    },
    ocspResponse: (response) => void wrap.call('onocspresponse', response === undefined ? null : buffer(response)),
    clientPsk(hint) {
      const answer = exchange(hint ?? null, MOST_PSK, MOST_IDENTITY) as { psk: ArrayBufferView; identity: string } | undefined;
      if (answer === undefined || answer === null) return undefined;
      return { identity: encoder.encode(answer.identity), key: viewBytes(answer.psk).slice() };
    },
    serverPsk(identity) {
      let text: string;
      try {
        text = new TextDecoder('utf-8', { fatal: true }).decode(identity.slice());
      } catch {
        throw new TlsFailure(ALERT.unknownPskIdentity, 'psk identity not found');
      }
      const key = exchange(text, MOST_PSK);
      return ArrayBuffer.isView(key) ? viewBytes(key).slice() : undefined;
    },
  };
}

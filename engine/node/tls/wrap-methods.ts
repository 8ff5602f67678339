/** The methods of TLSWrap that the library calls, by name (crypto_tls.cc, TLSWrap::Initialize). */
import { viewBytes } from '../crypto/bytes.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import { TlsFailure } from './errors.ts';
import { MOST_PLAIN, TLS_1_3, VERSION_NAMES } from './protocol.ts';
import { encodeSession } from './session.ts';
import type { TlsWrap } from './tls-wrap.ts';
import { VERIFY, VERIFY_TEXTS } from './trust.ts';

/** Bytes of a record that may be asked for (SSL_set_max_send_fragment). */
const LEAST_FRAGMENT = 512;

/** Bytes (PSK_MAX_IDENTITY_LEN). */
const MOST_HINT = 256;

/** What may be the system's roots' fault, which natively are one option away (they are not here). */
const HINTED: ReadonlySet<number> = new Set([VERIFY.unableToGetIssuerCert, VERIFY.depthZeroSelfSigned, VERIFY.unableToVerifyLeaf]);
const SYSTEM_CA_HINT = '; if the root CA is installed locally, try running Node.js with --use-system-ca';

const UNSPECIFIED = ['UNSPECIFIED', 'unspecified certificate verification error'] as const;

type Method = (wrap: TlsWrap, ...args: never[]) => unknown;

const legacy = ({ primitives }: TlsWrap, certificate: Certificate): Record<string, unknown> =>
  primitives.certificates.fromChain(certificate, []).toLegacy();

export const WRAP_METHODS: Readonly<Record<string, Method>> = {
  certCbDone: (wrap) => wrap.certificateChosen(),
  destroySSL: (wrap) => wrap.destroy(),
  enableCertCb: (wrap) => void (wrap.flags.certificateCallback = true),
  enableALPNCb: (wrap) => void (wrap.flags.alpnCallback = true),
  endParser: (wrap) => wrap.resume(),
  enableKeylogCallback: (wrap) => void (wrap.flags.keylog = true),
  enableSessionCallbacks: (wrap) => void (wrap.flags.sessionCallbacks = true),
  enableTrace: (wrap) => wrap.enableTrace(),
  getServername: ({ connection, servername }) => connection.servername ?? servername ?? false,
  loadSession: (wrap, bytes: ArrayBufferView | undefined) => wrap.loadSession(bytes),
  newSessionDone: (wrap) => wrap.newSessionDone(),
  receive: (wrap, bytes: ArrayBufferView) => wrap.receive(viewBytes(bytes).slice()),
  renegotiate: (wrap) => wrap.renegotiate(),
  requestOCSP: ({ connection }) => void (connection.requestOcsp = true),
  setALPNProtocols(wrap, protocols: ArrayBufferView) {
    const list = viewBytes(protocols).slice();
    if (wrap.options.isServer) wrap.alpnProtocols = list;
    else wrap.connection.alpnOffer = list;
  },
  setKeyCert: (wrap, context: unknown) => wrap.setKeyCert(context),
  setOCSPResponse: ({ connection }, response: ArrayBufferView) => void (connection.ocspResponse = viewBytes(response).slice()),
  setServername: (wrap, name: string) => void (wrap.servername = name),
  setSession: (wrap, bytes: ArrayBufferView) => wrap.setSession(bytes),
  setVerifyMode({ connection, options }, requestCertificate: boolean, rejectUnauthorized: boolean) {
    if (!options.isServer) return;
    connection.requestCertificate = requestCertificate;
    connection.requireCertificate = requestCertificate && rejectUnauthorized;
  },
  start: (wrap) => wrap.start(),
  writesIssuedByPrevListenerDone: (wrap) => wrap.free(),
  exportKeyingMaterial({ connection, environment }, length: number, label: string, context?: ArrayBufferView) {
    if (connection.exporter === undefined) return undefined;
    try {
      return environment.buffer(connection.exporter(label, context === undefined ? undefined : viewBytes(context), length).slice());
    } catch (error) {
      if (!(error instanceof TlsFailure)) throw error;
      throw Object.assign(new Error(error.text), {
        code: 'ERR_SSL_TLS_ILLEGAL_EXPORTER_LABEL',
        library: 'SSL routines',
        reason: error.reason,
      });
    }
  },
  isSessionReused: ({ connection }) => connection.resumed,
  getALPNNegotiatedProtocol: ({ connection }) => (connection.alpn === undefined ? false : String.fromCharCode(...connection.alpn)),
  getCertificate: (wrap) => {
    const own = wrap.connection.ownCertificate ?? wrap.connection.settings.credentials[0]?.certificate;
    return own === undefined ? undefined : legacy(wrap, own);
  },
  getX509Certificate: ({ connection, primitives }) => {
    const own = connection.ownCertificate ?? connection.settings.credentials[0]?.certificate;
    return own === undefined ? undefined : primitives.certificates.fromChain(own, []);
  },
  getCipher: ({ connection: { suite } }) =>
    suite === undefined
      ? undefined
      : { name: suite.name, standardName: suite.standardName, version: suite.version === 'TLSv1.3' ? 'TLSv1.3' : suite.version },
  getEphemeralKeyInfo({ connection: { group, suite }, options }) {
    if (options.isServer) return null;
    if (suite === undefined) return {};
    if (group === undefined) return { type: undefined, name: undefined, size: undefined };
    return { type: group.type, name: group.name, size: group.size };
  },
  getFinished: ({ connection, environment }) => bufferOf(environment, connection.finished.own),
  getPeerFinished: ({ connection, environment }) => bufferOf(environment, connection.finished.peer),
  getPeerCertificate(wrap, detailed: boolean | undefined) {
    const { peerChain, resumed } = wrap.connection;
    const [leaf] = peerChain;
    // A session keeps the leaf alone, and clients ask for the chain that was sent (X509Certificate::GetPeerCert).
    if (leaf === undefined || (resumed && !wrap.options.isServer)) return undefined;
    const object = legacy(wrap, leaf);
    if (detailed !== true) return object;
    let last = object;
    const chain = wrap.context.completeChain(peerChain);
    for (const certificate of chain.slice(1)) {
      const issuer = legacy(wrap, certificate);
      last.issuerCertificate = issuer;
      last = issuer;
    }
    const end = chain.at(-1) ?? leaf;
    if (wrap.primitives.isIssuedBy(end, end)) last.issuerCertificate = last;
    return object;
  },
  getPeerX509Certificate({ connection, options, primitives }) {
    const [leaf, ...issuers] = connection.peerChain;
    return leaf === undefined || (connection.resumed && !options.isServer) ? undefined : primitives.certificates.fromChain(leaf, issuers);
  },
  getProtocol: ({ connection }) => VERSION_NAMES[connection.version] ?? VERSION_NAMES[connection.settings.maxVersion] ?? 'unknown',
  getSession({ connection, offered, environment }) {
    const session = connection.session ?? offered;
    return session === undefined ? undefined : environment.buffer(encodeSession(session));
  },
  getSharedSigalgs: ({ connection }) => connection.sharedSchemes.map(({ shown }) => shown),
  getTLSTicket({ connection, offered, environment }) {
    const ticket = (connection.session ?? offered)?.ticket;
    return ticket === undefined || ticket.length === 0 ? undefined : environment.buffer(ticket.slice());
  },
  verifyError({ connection, environment }) {
    const { peerChain, suite, version, resumed, verifyCode } = connection;
    const isPsk = suite?.authentication === 'psk' || (version === TLS_1_3 && resumed);
    // No certificate where none is needed is fine; elsewhere Node reports it as a missing issuer.
    const number = peerChain.length > 0 ? verifyCode : isPsk ? VERIFY.ok : VERIFY.unableToGetIssuerCert;
    if (number === VERIFY.ok) return null;
    const [code, text] = VERIFY_TEXTS[number] ?? UNSPECIFIED;
    const hint = HINTED.has(number) && environment.option('--use-system-ca') !== true ? SYSTEM_CA_HINT : '';
    return Object.assign(new Error(`${text}${hint}`), { code });
  },
  setMaxSendFragment({ connection }, size: number) {
    if (size < LEAST_FRAGMENT || size > MOST_PLAIN) return 0;
    connection.fragment = size;
    return 1;
  },
  enablePskCallback: ({ connection }) => void (connection.pskEnabled = true),
  setPskIdentityHint(wrap, hint: string) {
    if (new TextEncoder().encode(hint).length <= MOST_HINT) wrap.connection.pskHint = hint;
    else
      wrap.call('onerror', wrap.environment.codedError('Error', 'ERR_TLS_PSK_SET_IDENTITY_HINT_FAILED', 'Failed to set PSK identity hint'));
  },
};

function bufferOf(environment: TlsWrap['environment'], bytes: Uint8Array | undefined): Uint8Array | undefined {
  return bytes === undefined ? undefined : environment.buffer(bytes.slice());
}

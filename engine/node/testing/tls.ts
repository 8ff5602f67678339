/** TLS without a page: the engine's primitives on the Node that runs the tests, contexts as Node's library configures them, and connections on sockets of native Node. */
import type { Socket } from 'node:net';
import { DEFAULT_CIPHERS } from 'node:tls';
import { aesBlock } from '../crypto/aes-mode.ts';
import { findDigest } from '../crypto/algorithms.ts';
import { create as createAsymmetric } from '../crypto/asymmetric.ts';
import { createCommonMode } from '../crypto/cipher.ts';
import { findCipher } from '../crypto/cipher-table.ts';
import type { CryptoCore } from '../crypto/core.ts';
import { pbkdf2 } from '../crypto/derivation.ts';
import { HmacDigest } from '../crypto/hmac.ts';
import { fillRandom } from '../crypto/random.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Environment } from '../environment.ts';
import { ClientFlow } from '../tls/client.ts';
import { TlsConnection } from '../tls/connection.ts';
import type { Role } from '../tls/protocol.ts';
import { RootStore } from '../tls/root-store.ts';
import { SecureContext } from '../tls/secure-context.ts';
import { ServerFlow } from '../tls/server.ts';
import type { Session } from '../tls/session.ts';
import type { ConnectionEvents } from '../tls/settings.ts';

const environment = {
  codedError: (kind: string, code: string, message: string) =>
    Object.assign(kind === 'TypeError' ? new TypeError(message) : new Error(message), { code }),
  buffer: (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  requireBuiltin: () => ({ Buffer }),
} as unknown as Environment;

function createPrimitives(): TlsPrimitives {
  const core: CryptoCore = {
    environment,
    findDigest,
    hmac: (algorithm, key) => HmacDigest.create(algorithm, key),
    pbkdf2,
    scrypt: () => {
      throw new Error('TLS uses no scrypt');
    },
    randomBytes(size) {
      const bytes = new Uint8Array(size);
      fillRandom(globalThis.crypto, bytes);
      return bytes;
    },
    findCipher,
    createCipherMode: (info, key, iv, encrypting) =>
      createCommonMode(info, key, iv, encrypting) ?? asymmetric.createMode(info, key, iv, encrypting, -1),
    aesBlock,
    keyData: () => undefined,
    createHandle: () => ({}),
    createCryptoKey: () => ({}),
  };
  const asymmetric = createAsymmetric(core);
  return asymmetric.tls;
}

export const primitives = createPrimitives();
const roots = new RootStore(
  primitives,
  () => [],
  () => [],
);

export interface ContextOptions {
  readonly minVersion?: number;
  readonly maxVersion?: number;
  readonly ciphers?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly ecdhCurve?: string;
  readonly dhparam?: boolean;
}

export function createContext(options: ContextOptions): SecureContext {
  const context = new SecureContext(primitives, roots);
  context.init(undefined, options.minVersion ?? 0x0303, options.maxVersion ?? 0x0304);
  const names = (options.ciphers ?? DEFAULT_CIPHERS).split(':');
  const suites13 = names.filter((name) => name.startsWith('TLS_'));
  if (suites13.length > 0) context.setCipherSuites(suites13.join(':'));
  context.setCiphers(names.filter((name) => !name.startsWith('TLS_')).join(':'));
  if (options.ca !== undefined) context.addCACert(options.ca);
  if (options.cert !== undefined) context.setCert(options.cert);
  if (options.key !== undefined) context.setKey(options.key, undefined);
  if (options.ecdhCurve !== undefined) context.setECDHCurve(options.ecdhCurve);
  if (options.dhparam === true) context.setDHParam(true);
  return context;
}

/** What happened on a connection of ours. */
export interface Log {
  text: string;
  isEstablished: boolean;
  isEnded: boolean;
  failure: string | undefined;
  sessions: Session[];
  keys: string[];
}

export interface OwnSide {
  readonly connection: TlsConnection;
  readonly log: Log;
  /** Starts a client. */
  start(options?: { session?: Session | undefined; servername?: string }): void;
  receive(bytes: Uint8Array): void;
  write(text: string): void;
  close(): void;
}

/** @param send takes encrypted bytes @param done called when the handshake ends */
export function createSide(
  role: Role,
  context: SecureContext,
  send: (bytes: Uint8Array) => void,
  events: Partial<ConnectionEvents> = {},
): OwnSide {
  const log: Log = { text: '', isEstablished: false, isEnded: false, failure: undefined, sessions: [], keys: [] };
  const connection = new TlsConnection(role, primitives, context.settings(), {
    handshakeStart: () => undefined,
    keylog: (line) => void log.keys.push(line),
    newSession: (session) => void log.sessions.push(session),
    clientHello: () => false,
    chooseCertificate: () => false,
    chooseAlpn: () => 'ignore',
    ocspResponse: () => undefined,
    clientPsk: () => undefined,
    serverPsk: () => undefined,
    ...events,
    data(bytes) {
      log.text += Buffer.from(bytes).toString('latin1');
      events.data?.(bytes);
    },
    end() {
      log.isEnded = true;
      events.end?.();
    },
    failed(failure) {
      log.failure = failure.reason;
      events.failed?.(failure);
    },
    handshakeDone() {
      log.isEstablished = true;
      events.handshakeDone?.();
    },
  });
  const flush = (): void => {
    if (connection.outputSize > 0) send(connection.takeOutput());
  };
  if (role === 'server') connection.setFlow(new ServerFlow(connection));
  return {
    connection,
    log,
    start(options = {}) {
      const flow = new ClientFlow(connection, options.session, options.servername);
      connection.setFlow(flow);
      connection.run(() => flow.start());
      flush();
    },
    receive(bytes) {
      connection.receive(bytes);
      flush();
    },
    write(text) {
      connection.write(Buffer.from(text, 'latin1'));
      flush();
    },
    close() {
      connection.close();
      flush();
    },
  };
}

/** A side of ours on a socket of native Node. */
export function onSocket(
  socket: Socket,
  role: Role,
  context: SecureContext,
  prepare: (connection: TlsConnection) => void = () => undefined,
  events: Partial<ConnectionEvents> = {},
): OwnSide {
  const side = createSide(role, context, (bytes) => void socket.write(bytes), events);
  prepare(side.connection);
  socket.on('data', (bytes) => side.receive(bytes));
  socket.on('error', () => undefined);
  return side;
}

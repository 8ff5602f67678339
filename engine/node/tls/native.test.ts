import { connect, createServer as createNetServer, type Socket } from 'node:net';
import { connect as tlsConnect, type ConnectionOptions, createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { issue } from '../testing/certificates.ts';
import { type ContextOptions, createContext, onSocket, type OwnSide } from '../testing/tls.ts';
import { SUITES_1_2, SUITES_1_3 } from './cipher-suites.ts';
import type { TlsConnection } from './connection.ts';
import type { Session } from './session.ts';
import { VERIFY_TEXTS } from './trust.ts';

const root = issue({ name: 'root.test', kind: 'rsa', authority: true });
const rsa = issue({ name: 'localhost', kind: 'rsa', issuer: root });
const ec = issue({ name: 'localhost', kind: 'ec', issuer: root });
const ec384 = issue({ name: 'localhost', kind: 'ec384', issuer: root });
const ed25519 = issue({ name: 'localhost', kind: 'ed25519', issuer: root });
const certificates = { rsa, ec, ec384, ed25519 };

interface Outcome {
  readonly side: OwnSide;
  readonly socket: TLSSocket;
  readonly received: string;
  readonly error: string | undefined;
}

const MESSAGE = 'x'.repeat(100_000);

/** Our client, a native server that answers with what it gets. */
async function ownClient(
  own: ContextOptions,
  native: TlsOptions,
  more: { prepare?: (connection: TlsConnection) => void; session?: Session | undefined } = {},
): Promise<Outcome> {
  let found: TLSSocket | undefined;
  let [received, error]: [string, string | undefined] = ['', undefined];
  const server = createServer({ ...rsa, ...native }, (socket) => {
    found = socket;
    socket.on('error', (problem) => (error = problem.message));
    socket.on('data', (data) => {
      received += data.toString('latin1');
      if (received.length === MESSAGE.length) socket.end(received);
    });
  });
  server.on('tlsClientError', (problem, socket) => {
    error = problem.message;
    found ??= socket;
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const socket = connect((server.address() as AddressInfo).port);
  const side: OwnSide = onSocket(socket, 'client', createContext({ ca: root.cert, ...own }), more.prepare, {
    handshakeDone: () => setImmediate(() => side.write(MESSAGE)),
    end: () => {
      side.close();
      socket.end();
    },
    failed: () => setImmediate(() => socket.end()),
  });
  side.start({ session: more.session, servername: 'localhost' });
  await new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => server.close(resolve));
  return { side, socket: found!, received: side.log.text, error }; // there is a socket: it was connected to
}

/** Our server, a native client. */
async function ownServer(own: ContextOptions, native: ConnectionOptions, prepare?: (connection: TlsConnection) => void): Promise<Outcome> {
  const context = createContext({ ...rsa, ca: root.cert, ...own });
  let side: OwnSide | undefined;
  const server = createNetServer((raw: Socket) => {
    let text = '';
    const created: OwnSide = onSocket(raw, 'server', context, prepare, {
      data(bytes) {
        text += Buffer.from(bytes).toString('latin1');
        if (text.length < MESSAGE.length) return;
        setImmediate(() => {
          created.write(text);
          created.close();
          raw.end();
        });
      },
      failed: () => setImmediate(() => raw.end()),
    });
    side = created;
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  let [received, error]: [string, string | undefined] = ['', undefined];
  const options = { port: (server.address() as AddressInfo).port, ca: root.cert, servername: 'localhost', ...native };
  const socket = tlsConnect(options, () => socket.write(MESSAGE));
  socket.on('data', (data) => (received += data.toString('latin1')));
  socket.on('error', (problem) => (error = problem.message));
  await new Promise((resolve) => socket.on('close', resolve));
  await new Promise((resolve) => server.close(resolve));
  return { side: side!, socket, received, error }; // there is one: it was connected to
}

const KEYS: Readonly<Record<string, keyof typeof certificates>> = { rsa: 'rsa', ecdsa: 'ec' };
const suites12 = SUITES_1_2.filter(({ authentication }) => authentication !== 'psk').map((suite) => ({
  name: suite.name,
  list: `${suite.name}:@SECLEVEL=0`,
  version: 0x0303,
  keys: KEYS[suite.authentication] ?? 'rsa',
}));
const suites13 = SUITES_1_3.map(({ name }) => ({ name, list: `${name}:ALL:@SECLEVEL=0`, version: 0x0304, keys: 'rsa' as const }));

describe('TLS against native Node', () => {
  describe.each([...suites13, ...suites12])('$name', ({ name, list, version, keys }) => {
    it('encrypts as client', async () => {
      const own = { ciphers: list, maxVersion: version };
      const { side, received, error } = await ownClient(own, { ...certificates[keys], ciphers: list, dhparam: 'auto' });
      expect([error, side.log.failure, side.connection.suite?.name]).toEqual([undefined, undefined, name]);
      expect(received).toBe(MESSAGE);
      expect(side.log.isEnded).toBe(true);
      expect(side.connection.verifyCode).toBe(0);
    });

    it('encrypts as server', async () => {
      const own = { ...certificates[keys], ciphers: list, maxVersion: version, dhparam: true };
      const { side, received, error } = await ownServer(own, { ciphers: list });
      expect([error, side.log.failure, side.connection.suite?.name]).toEqual([undefined, undefined, name]);
      expect(received).toBe(MESSAGE);
    });
  });

  describe.each(['rsa', 'ec', 'ec384', 'ed25519'] as const)('certificates of %s', (kind) => {
    it.each([0x0303, 0x0304])('authenticate both sides of %x', async (maxVersion) => {
      const own = { ...certificates[kind], maxVersion };
      const asked = { ...certificates[kind], requestCert: true, rejectUnauthorized: true, ca: root.cert };
      const client = await ownClient(own, asked);
      expect([client.error, client.side.log.failure, client.received.length]).toEqual([undefined, undefined, MESSAGE.length]);
      const server = await ownServer(own, certificates[kind], (connection) => {
        connection.requestCertificate = true;
        connection.requireCertificate = true;
      });
      expect([server.error, server.side.log.failure, server.received.length]).toEqual([undefined, undefined, MESSAGE.length]);
      expect(server.side.connection.verifyCode).toBe(0);
    });
  });

  it.each(['X25519MLKEM768', 'X25519', 'prime256v1', 'X448', 'secp384r1', 'secp521r1'])('agrees in the group %s', async (ecdhCurve) => {
    const client = await ownClient({ ecdhCurve }, {});
    expect([client.error, client.side.connection.usedGroup?.name]).toEqual([undefined, ecdhCurve]);
    const server = await ownServer({ ecdhCurve }, {});
    expect([server.error, server.side.connection.usedGroup?.name, server.received.length]).toEqual([undefined, ecdhCurve, MESSAGE.length]);
  });

  it('tries again with a group that the other side wants', async () => {
    const client = await ownClient({}, { ecdhCurve: 'secp384r1' });
    expect([client.error, client.side.connection.usedGroup?.name]).toEqual([undefined, 'secp384r1']);
    const server = await ownServer({ ecdhCurve: 'secp384r1' }, {});
    expect([server.error, server.side.connection.usedGroup?.name]).toEqual([undefined, 'secp384r1']);
  });

  it.each([0x0303, 0x0304])('resumes sessions of %x as client', async (maxVersion) => {
    const ticketKeys = Buffer.alloc(48, 7);
    const first = await ownClient({ maxVersion }, { ticketKeys, sessionIdContext: 'one' });
    const session = first.side.log.sessions.at(-1);
    const second = await ownClient({ maxVersion }, { ticketKeys, sessionIdContext: 'one' }, { session });
    expect([second.error, second.side.connection.resumed, second.received.length]).toEqual([undefined, true, MESSAGE.length]);
    expect(second.side.connection.peerChain).toHaveLength(1);
  });

  it('derives the same keys for others, and logs the same secrets', async () => {
    for (const maxVersion of [0x0303, 0x0304]) {
      const lines: string[] = [];
      let exported: Buffer | undefined;
      const server = createServer({ ...rsa }, (socket) => {
        exported = socket.exportKeyingMaterial(40, 'label', Buffer.from('context'));
        socket.on('error', () => undefined);
        socket.end();
      });
      server.on('keylog', (line: Buffer) => lines.push(line.toString().trim()));
      await new Promise<void>((resolve) => server.listen(0, resolve));
      const raw = connect((server.address() as AddressInfo).port);
      const side: OwnSide = onSocket(raw, 'client', createContext({ ca: root.cert, maxVersion }), undefined, { end: () => raw.end() });
      side.start();
      await new Promise((resolve) => raw.on('close', resolve));
      await new Promise((resolve) => server.close(resolve));
      const own = side.connection.exporter?.('label', Buffer.from('context'), 40);
      expect(Buffer.from(own ?? []).equals(exported ?? Buffer.alloc(1))).toBe(true);
      expect(side.log.keys.toSorted()).toEqual(lines.toSorted());
    }
  });

  const expired = issue({ name: 'localhost', kind: 'ec', issuer: root, from: -10, to: -5 });
  const early = issue({ name: 'localhost', kind: 'ec', issuer: root, from: 5, to: 10 });
  const alone = issue({ name: 'localhost', kind: 'ec' });
  const middle = issue({ name: 'middle.test', kind: 'ec', issuer: root, authority: true });
  const below = issue({ name: 'localhost', kind: 'ec', issuer: middle });
  const noAuthority = issue({ name: 'leaf.test', kind: 'ec', issuer: root });
  const belowLeaf = issue({ name: 'localhost', kind: 'ec', issuer: noAuthority });
  const withMiddle = { key: below.key, cert: below.cert + middle.cert };

  it.each([
    ['a good one', ec, root.cert],
    ['an expired one', expired, root.cert],
    ['one from the future', early, root.cert],
    ['a self-signed one', alone, root.cert],
    ['a self-signed one that is trusted', alone, alone.cert],
    ['one of an unknown issuer', ec, alone.cert],
    ['one behind another', withMiddle, root.cert],
    ['one whose issuer is missing', below, root.cert],
    ['one behind another of an unknown issuer', withMiddle, alone.cert],
    ['one of an issuer that may not', { key: belowLeaf.key, cert: belowLeaf.cert + noAuthority.cert }, root.cert],
    ['one with a root that is not trusted', { key: ec.key, cert: ec.cert + root.cert }, alone.cert],
  ])('judges %s as natively', async (_name, credentials, ca) => {
    const { side } = await ownClient({ ca }, { key: credentials.key, cert: credentials.cert });
    const server = createServer({ key: credentials.key, cert: credentials.cert }, (socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, resolve));
    const port = (server.address() as AddressInfo).port;
    const native = await new Promise<string | null>((resolve) => {
      const socket = tlsConnect({ port, ca, servername: 'localhost', rejectUnauthorized: false }, () => {
        resolve(socket.authorizationError as unknown as string | null);
        socket.destroy();
      });
    });
    await new Promise((resolve) => server.close(resolve));
    expect(VERIFY_TEXTS[side.connection.verifyCode]?.[0] ?? null).toBe(native);
  });

  it.each([
    ['no version in common', { minVersion: 0x0304 }, { maxVersion: 'TLSv1.2' }],
    ['no suite in common', { maxVersion: 0x0303, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }, { ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' }],
  ] as const)('fails where there is %s', async (_name, own, native) => {
    const client = await ownClient(own, native);
    expect(client.side.log.failure).toMatch(/alert (protocol version|handshake failure)/);
    const server = await ownServer(own, native);
    expect(server.error).toMatch(/alert (protocol version|handshake failure)/);
  });
});

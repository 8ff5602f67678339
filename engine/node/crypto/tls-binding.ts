/** The crypto binding's part of TLS: SecureContext and the certificates that are trusted by default, whose code is loaded when first used. */
import type { Binding, Environment } from '../environment.ts';
import type * as TlsModule from '../tls/tls.ts';
import type { Asymmetric } from './asymmetric.ts';
import type { Encodable } from './bytes.ts';
import { type Constructor, lazyClass } from './lazy-class.ts';

const CONTEXT_METHODS = [
  'init',
  'setKey',
  'setCert',
  'addCACert',
  'setAllowPartialTrustChain',
  'addCRL',
  'addRootCerts',
  'setCipherSuites',
  'setCiphers',
  'setSigalgs',
  'setECDHCurve',
  'setDHParam',
  'setMaxProto',
  'setMinProto',
  'getMaxProto',
  'getMinProto',
  'setOptions',
  'setSessionIdContext',
  'setSessionTimeout',
  'setCertificateCompression',
  'close',
  'loadPKCS12',
  'setTicketKeys',
  'enableTicketKeyCallback',
  'getTicketKeys',
  'getCertificate',
  'getIssuer',
  'setEngineKey',
  'setClientCertEngine',
];

const loaders = new WeakMap<Environment, () => TlsModule.Tls>();

/** The script with TLS. */
export function loadTls(environment: Environment): TlsModule.Tls {
  const load = loaders.get(environment) ?? (environment.binding('crypto'), loaders.get(environment));
  if (load === undefined) throw new Error('The crypto binding is not set up');
  return load();
}

/** Numbers with which natively a ticket callback answers, and where it finds what it is given. */
const TICKET_INDEXES = {
  kTicketKeyReturnIndex: 0,
  kTicketKeyHMACIndex: 1,
  kTicketKeyAESIndex: 2,
  kTicketKeyNameIndex: 3,
  kTicketKeyIVIndex: 4,
};

export function createTlsBinding(environment: Environment, asymmetric: () => Asymmetric): Binding {
  let loaded: TlsModule.Tls | undefined;
  const bundledRoots = (): string[] => {
    const text = new TextDecoder().decode(environment.host.asset('root-certificates.txt'));
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map(toPem);
  };
  const extraRoots = (): string[] => readExtra(environment);
  const load = (): TlsModule.Tls => {
    loaded ??= (environment.host.script('tls.js') as typeof TlsModule).create({ primitives: asymmetric().tls, bundledRoots, extraRoots });
    return loaded;
  };
  loaders.set(environment, load);
  const SecureContext = lazyClass('SecureContext', CONTEXT_METHODS, () => load().SecureContext as unknown as Constructor);
  Object.assign(SecureContext, TICKET_INDEXES);
  return {
    SecureContext,
    getBundledRootCertificates: bundledRoots,
    getExtraCACertificates: extraRoots,
    // A page does not get to see the system's.
    getSystemCACertificates: () => [],
    resetRootCertStore: (certificates: readonly Encodable[]) => load().roots.reset(certificates),
    getUserRootCertificates: () => load().roots.user(),
    getCertificateCompressionAlgorithms: () => [],
    // They are read when they are first asked for.
    startLoadingCertificatesOffThread: () => undefined,
  };
}

function toPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----`;
}

/** The certificates in the file that NODE_EXTRA_CA_CERTS names; a warning where it cannot be read. */
function readExtra(environment: Environment): string[] {
  const path = environment.start.env.get('NODE_EXTRA_CA_CERTS');
  if (path === undefined || path === '') return [];
  const fs = environment.requireBuiltin('fs') as { readFileSync(path: string, encoding: string): string };
  try {
    const text = fs.readFileSync(path, 'utf8');
    return (text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []).map((pem) => `${pem}\n`);
  } catch (error) {
    const { emitWarning } = environment.process as { emitWarning?: (text: string) => void };
    const { code, message } = error as { code?: string; message: string };
    const text = code === 'ENOENT' ? 'error:80000002:system library::No such file or directory' : message;
    emitWarning?.(`Ignoring extra certs from \`${path}\`, load failed: ${text}`);
    return [];
  }
}

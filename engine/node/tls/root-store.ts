/** The certificates that are trusted by default: Node's own list, what NODE_EXTRA_CA_CERTS adds, or what the program sets. Stands for NewRootCertStore (src/crypto/crypto_context.cc). */
import { hasBrokenPem, readPem } from '../crypto/asn1/pem.ts';
import { type Encodable, toBytes } from '../crypto/bytes.ts';
import { openSslError } from '../crypto/openssl-error.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';

/** A certificate that cannot be read. */
const broken = (): Error =>
  openSslError({ number: '0488000D', library: 'PEM routines', reason: 'ASN1 lib', code: 'ERR_OSSL_PEM_ASN1_LIB' });

export class RootStore {
  readonly #primitives: TlsPrimitives;
  readonly #bundled: () => readonly string[];
  readonly #extra: () => readonly string[];
  /** PEM, by the program. */
  #set: readonly string[] | undefined;
  #extraTexts: readonly string[] | undefined;
  #read: readonly Certificate[] | undefined;

  /** @param bundled PEM of Node's list @param extra PEM of more */
  constructor(primitives: TlsPrimitives, bundled: () => readonly string[], extra: () => readonly string[]) {
    this.#primitives = primitives;
    this.#bundled = bundled;
    this.#extra = extra;
  }

  certificates(): readonly Certificate[] {
    this.warn();
    this.#read ??= (this.#set ?? [...this.#bundled(), ...(this.#extraTexts ?? [])]).flatMap((pem) => this.#parse(pem));
    return this.#read;
  }

  /** Reads what is extra, so that what is wrong with it is said when roots are first wanted. */
  warn(): void {
    this.#extraTexts ??= this.#extra();
  }

  #parse(pem: Encodable): Certificate[] {
    const blocks = readPem(toBytes(this.#primitives.core.environment, pem)).filter(({ label }) => label.endsWith('CERTIFICATE'));
    return blocks.map(({ bytes }) => this.#primitives.readCertificate(bytes));
  }

  /** `tls.setDefaultCACertificates`. */
  reset(sources: readonly Encodable[]): void {
    const { certificates, core } = this.#primitives;
    const texts: string[] = [];
    for (const source of sources) {
      if (hasBrokenPem(toBytes(core.environment, source))) throw broken();
      try {
        for (const each of this.#parse(source)) texts.push(certificates.fromChain(each, []).pem());
      } catch {
        throw broken();
      }
    }
    if (texts.length === 0 && sources.length > 0) {
      throw core.environment.codedError('Error', 'ERR_CRYPTO_OPERATION_FAILED', 'No valid certificates found in the provided array');
    }
    // Each certificate is there once.
    this.#set = [...new Set(texts)];
    this.#read = undefined;
  }

  /** What `reset` was given, as PEM. */
  user(): string[] {
    return [...(this.#set ?? [])];
  }
}

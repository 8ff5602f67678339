/** The certificates that are trusted by default: Node's own list, what NODE_EXTRA_CA_CERTS adds, or what the program sets. Stands for NewRootCertStore (src/crypto/crypto_context.cc). */
import { readPem } from '../crypto/asn1/pem.ts';
import { type Encodable, toBytes } from '../crypto/bytes.ts';
import type { TlsPrimitives } from '../crypto/tls-primitives.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';

export class RootStore {
  readonly #primitives: TlsPrimitives;
  readonly #bundled: () => readonly string[];
  readonly #extra: () => readonly string[];
  /** PEM, by the program. */
  #set: readonly string[] | undefined;
  #read: readonly Certificate[] | undefined;

  /** @param bundled PEM of Node's list @param extra PEM of more */
  constructor(primitives: TlsPrimitives, bundled: () => readonly string[], extra: () => readonly string[]) {
    this.#primitives = primitives;
    this.#bundled = bundled;
    this.#extra = extra;
  }

  certificates(): readonly Certificate[] {
    this.#read ??= (this.#set ?? [...this.#bundled(), ...this.#extra()]).flatMap((pem) => this.#parse(pem));
    return this.#read;
  }

  #parse(pem: Encodable): Certificate[] {
    const blocks = readPem(toBytes(this.#primitives.core.environment, pem)).filter(({ label }) => label.endsWith('CERTIFICATE'));
    return blocks.map(({ bytes }) => this.#primitives.readCertificate(bytes));
  }

  /** `tls.setDefaultCACertificates`. */
  reset(sources: readonly Encodable[]): void {
    const { libraryError, certificates } = this.#primitives;
    const texts: string[] = [];
    for (const source of sources) {
      const found = this.#parse(source);
      if (found.length === 0) throw libraryError('pem', 'no start line', '0006C');
      for (const each of found) texts.push(certificates.fromDer(each.raw).pem());
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

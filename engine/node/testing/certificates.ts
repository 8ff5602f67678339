/** Certificates for tests, made when they are needed: keys by native Node, the rest by our own DER. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { context, der, integer, octetString, oid, sequence } from '../crypto/asn1/der.ts';
import { writePem } from '../crypto/asn1/pem.ts';

export type KeyKind = 'rsa' | 'ec' | 'ec384' | 'ed25519';

export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  readonly name: string;
  readonly kind: KeyKind;
  readonly issuer?: Issued & { readonly name: string };
  readonly authority?: boolean;
  /** Days from now. */
  readonly from?: number;
  readonly to?: number;
}

const DAY = 86_400_000;
const SIGNATURES: Readonly<Record<string, Uint8Array>> = {
  rsa: sequence(oid('1.2.840.113549.1.1.11'), der(0x05)),
  ec: sequence(oid('1.2.840.10045.4.3.2')),
  ed25519: sequence(oid('1.3.101.112')),
};

function pair(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (kind) {
    case 'rsa':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
    case 'ec':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'ec384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' });
    default:
      return generateKeyPairSync('ed25519');
  }
}

const nameOf = (text: string): Uint8Array => sequence(der(0x31, sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(text)))));

/** GeneralizedTime. */
const timeOf = (milliseconds: number): Uint8Array =>
  der(0x18, Buffer.from(`${new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '')}`));

let serial = 1;

export function issue({ name, kind, issuer, authority = false, from = -1, to = 30 }: CertificateRequest): Issued & { name: string } {
  const { privateKey, publicKey } = pair(kind);
  const signer = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const type = signer.asymmetricKeyType ?? '';
  const algorithm = SIGNATURES[type] ?? sequence();
  const extension = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), octetString(value));
  const extensions = [
    extension('2.5.29.19', authority ? sequence(der(0x01, Uint8Array.of(0xff))) : sequence()),
    ...(authority ? [] : [extension('2.5.29.17', sequence(der(0x82, Buffer.from(name))))]),
  ];
  const body = sequence(
    der(context(0), integer(2)),
    integer(serial++),
    algorithm,
    nameOf(issuer?.name ?? name),
    sequence(timeOf(Date.now() + from * DAY), timeOf(Date.now() + to * DAY)),
    nameOf(name),
    Uint8Array.from(publicKey.export({ type: 'spki', format: 'der' })),
    der(context(3), sequence(...extensions)),
  );
  const signature = sign(type === 'ed25519' ? null : 'sha256', body, signer);
  const whole = sequence(body, algorithm, der(0x03, Uint8Array.of(0), signature));
  return { name, cert: writePem('CERTIFICATE', whole), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

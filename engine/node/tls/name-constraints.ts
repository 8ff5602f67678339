/** Name constraints (RFC 5280, 4.2.1.10) on hosts, mailboxes and addresses; other kinds of names under a constraint are violations, as what is not understood must not pass. */
import { DerReader } from '../crypto/asn1/der.ts';
import type { Certificate } from '../crypto/x509/certificate.ts';
import { SUBJECT_ALT_NAME } from '../crypto/x509/fields.ts';

export const NAME_CONSTRAINTS = '2.5.29.30';

const PERMITTED_VIOLATION = 47;
const EXCLUDED_VIOLATION = 48;

const EMAIL = 0x81;
const DNS = 0x82;
const IP = 0x87;

interface GeneralName {
  readonly tag: number;
  readonly content: Uint8Array;
}

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes).toLowerCase();

/** 0, or the number of an X509_V_ERR_*. @param chain leaf first */
export function constraintProblem(chain: readonly Certificate[]): number {
  for (const [index, authority] of chain.entries()) {
    const extension = authority.extensions.get(NAME_CONSTRAINTS);
    if (index === 0 || extension === undefined) continue;
    try {
      const { permitted, excluded } = readConstraints(extension.value);
      for (const certificate of chain.slice(0, index)) {
        for (const name of namesOf(certificate)) {
          if (excluded.some((each) => each.tag === name.tag && isWithin(name, each))) return EXCLUDED_VIOLATION;
          const ofKind = permitted.filter((each) => each.tag === name.tag);
          if (ofKind.length > 0 && !ofKind.some((each) => isWithin(name, each))) return PERMITTED_VIOLATION;
        }
      }
    } catch {
      // Constraints that cannot be read permit nothing.
      return PERMITTED_VIOLATION;
    }
  }
  return 0;
}

function readConstraints(value: Uint8Array): { permitted: GeneralName[]; excluded: GeneralName[] } {
  const reader = DerReader.sequence(value);
  const list = (tag: number): GeneralName[] => {
    const element = reader.optional(tag);
    const names: GeneralName[] = [];
    if (element === undefined) return names;
    const trees = new DerReader(element.content);
    while (!trees.done) {
      const { tag: kind, content } = trees.sequence().read();
      names.push({ tag: kind, content });
    }
    return names;
  };
  return { permitted: list(0xa0), excluded: list(0xa1) };
}

function namesOf(certificate: Certificate): GeneralName[] {
  const extension = certificate.extensions.get(SUBJECT_ALT_NAME);
  const names: GeneralName[] = [];
  if (extension !== undefined) {
    const reader = DerReader.sequence(extension.value);
    while (!reader.done) {
      const { tag, content } = reader.read();
      names.push({ tag, content });
    }
  }
  if (certificate.subject.parts.length > 0) names.push({ tag: 0xa4, content: certificate.subject.der });
  return names;
}

function isWithin({ tag, content }: GeneralName, tree: GeneralName): boolean {
  switch (tag) {
    case DNS: {
      const [host, base] = [text(content), text(tree.content).replace(/^\./, '')];
      return base === '' || host === base || host.endsWith(`.${base}`);
    }
    case EMAIL: {
      const [address, base] = [text(content), text(tree.content)];
      if (base.includes('@')) return address === base;
      const host = address.slice(address.lastIndexOf('@') + 1);
      return base.startsWith('.') ? host.endsWith(base) : host === base;
    }
    case IP: {
      const half = tree.content.length / 2;
      if (content.length !== half) return false;
      return content.every(
        (byte, index) => (byte & (tree.content[half + index] ?? 0)) === ((tree.content[index] ?? 0) & (tree.content[half + index] ?? 0)),
      );
    }
    case 0xa4: {
      // A name that begins with the tree's parts.
      const [name, base] = [new DerReader(content).read(0x30).content, new DerReader(tree.content).read(0x30).content];
      return base.every((byte, index) => byte === name[index]);
    }
    default:
      return false;
  }
}

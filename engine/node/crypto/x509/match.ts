/** Whether a certificate is for a host, a mailbox, an address: OpenSSL's X509_check_host, _email and _ip_asc (crypto/x509/v3_utl.c). */
import { type Certificate, SUBJECT_ALT_NAME } from './certificate.ts';
import { DNS, EMAIL, IP, nameText, readGeneralNames } from './general-name.ts';

const ALWAYS_SUBJECT = 0x1;
const NO_WILDCARDS = 0x2;
const NO_PARTIAL_WILDCARDS = 0x4;
const MULTI_LABEL = 0x8;
const SINGLE_LABEL_SUBDOMAINS = 0x10;
const NEVER_SUBJECT = 0x20;

const COMMON_NAME = '2.5.4.3';
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

function subjectTexts({ subject }: Certificate, oid: string): string[] {
  return subject.parts.flat().flatMap((attribute) => (attribute.oid === oid && attribute.text !== undefined ? [attribute.text] : []));
}

/** Alternative names of a kind count first; the subject where there are none, or flags say so. */
function candidates(certificate: Certificate, kind: number, subjectOid: string | undefined, flags: number): string[] {
  const extension = certificate.extensions.get(SUBJECT_ALT_NAME);
  const names = extension === undefined ? [] : readGeneralNames(extension.value).filter((name) => name.kind === kind);
  const texts = names.map(nameText);
  if (subjectOid === undefined || (flags & NEVER_SUBJECT) !== 0) return texts;
  if (names.length > 0 && (flags & ALWAYS_SUBJECT) === 0) return texts;
  return [...texts, ...subjectTexts(certificate, subjectOid)];
}

/** The name in the certificate that fits. */
export function matchHost(certificate: Certificate, host: string, flags: number): string | undefined {
  // A name that begins with a dot asks for any subdomain.
  const wanted = host.toLowerCase();
  return candidates(certificate, DNS, COMMON_NAME, flags).find((pattern) => hostFits(pattern.toLowerCase(), wanted, flags));
}

function hostFits(pattern: string, host: string, flags: number): boolean {
  if (host.startsWith('.') && host.length > 1) return isBelow(pattern, host, flags);
  const star = (flags & NO_WILDCARDS) === 0 ? wildcardAt(pattern, flags) : -1;
  return star < 0 ? pattern === host : wildcardFits(pattern.slice(0, star), pattern.slice(star + 1), host, flags);
}

function isBelow(pattern: string, suffix: string, flags: number): boolean {
  if (pattern.length <= suffix.length || !pattern.endsWith(suffix)) return false;
  return (flags & SINGLE_LABEL_SUBDOMAINS) === 0 || !pattern.slice(0, -suffix.length).includes('.');
}

/** Where the one star of a pattern is that may stand for something; -1: nowhere. */
function wildcardAt(pattern: string, flags: number): number {
  const star = pattern.indexOf('*');
  if (star < 0 || pattern.includes('*', star + 1)) return -1;
  const [first = '', ...rest] = pattern.split('.');
  if (!first.includes('*') || rest.length < 2 || rest.some((label) => label === '')) return -1;
  if (first.startsWith('xn--')) return -1;
  if ((flags & NO_PARTIAL_WILDCARDS) !== 0 && first !== '*') return -1;
  const labels = [first.replace('*', 'a'), ...rest];
  return labels.every((label) => /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?$/.test(label)) ? star : -1;
}

function wildcardFits(prefix: string, suffix: string, host: string, flags: number): boolean {
  if (host.length < prefix.length + suffix.length || !host.startsWith(prefix) || !host.endsWith(suffix)) return false;
  const covered = host.slice(prefix.length, host.length - suffix.length);
  if (covered === '*') return true;
  if (prefix === '' && suffix.startsWith('.')) {
    if (covered === '') return false;
    if ((flags & MULTI_LABEL) !== 0) return /^[a-z0-9.-]*$/.test(covered);
  } else if (host.startsWith('xn--')) return false;
  return /^[a-z0-9-]*$/.test(covered);
}

export function matchEmail(certificate: Certificate, email: string, flags: number): string | undefined {
  const at = email.lastIndexOf('@');
  const same = (candidate: string): boolean => {
    const position = candidate.lastIndexOf('@');
    if (position !== at || candidate.length !== email.length) return false;
    // The local part counts as it is, the domain in any case.
    return (
      candidate.slice(0, at + 1) === email.slice(0, at + 1) && candidate.slice(at + 1).toLowerCase() === email.slice(at + 1).toLowerCase()
    );
  };
  return candidates(certificate, EMAIL, EMAIL_ADDRESS, flags).find(same);
}

/** Bytes of an address in text; undefined for what is none. */
export function parseIp(text: string): Uint8Array | undefined {
  const four = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (four !== null) {
    const bytes = four.slice(1).map(Number);
    return bytes.every((byte) => byte < 256) ? Uint8Array.from(bytes) : undefined;
  }
  if (!text.includes(':')) return undefined;
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map((half) => groupsOf(half));
  const [head, tail] = groups;
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const rest = tail ?? [];
  const gap = 16 - head.length - rest.length;
  if (halves.length === 1 ? gap !== 0 : gap < 0) return undefined;
  return Uint8Array.from([...head, ...Array.from({ length: gap }, () => 0), ...rest]);
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  for (const group of text.split(':')) {
    if (group.includes('.')) {
      const four = parseIp(group);
      if (four === undefined) return undefined;
      bytes.push(...four);
    } else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else return undefined;
  }
  return bytes;
}

export function matchIp(certificate: Certificate, address: Uint8Array): boolean {
  const extension = certificate.extensions.get(SUBJECT_ALT_NAME);
  if (extension === undefined) return false;
  return readGeneralNames(extension.value).some(
    ({ kind, content }) => kind === IP && content.length === address.length && content.every((byte, index) => byte === address[index]),
  );
}

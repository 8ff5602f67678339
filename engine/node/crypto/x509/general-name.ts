/** GeneralName (RFC 5280, section 4.2.1.6) in the form of Node's `subjectAltName` and `infoAccess`, whose quoting leaves no room for forged entries. */
import { context, DerReader, readOid } from '../asn1/der.ts';
import { printReversed, readName, readText } from './name.ts';

export interface GeneralName {
  /** The choice's number. */
  readonly kind: number;
  readonly content: Uint8Array;
}

export const EMAIL = 1;
export const DNS = 2;
export const DIRECTORY = 4;
export const URI = 6;
export const IP = 7;

const latin1 = new TextDecoder('latin1');

export function readGeneralNames(value: Uint8Array): GeneralName[] {
  const reader = DerReader.sequence(value);
  const names: GeneralName[] = [];
  while (!reader.done) names.push(readGeneralName(reader));
  return names;
}

export function readGeneralName(reader: DerReader): GeneralName {
  const { tag, content } = reader.read();
  return { kind: tag & 0x1f, content };
}

export const nameText = ({ content }: GeneralName): string => latin1.decode(content.slice());

/** @param unicode characters beyond ASCII stand for themselves */
function isSafe(text: string, unicode: boolean): boolean {
  return Array.from(text).every((character) => {
    if ('"\\,\''.includes(character)) return false;
    return unicode ? character >= ' ' && character !== '\x7f' : character >= ' ' && character <= '~';
  });
}

function quote(text: string, unicode: boolean, prefix?: string): string {
  const full = prefix === undefined ? '' : `${prefix}:`;
  if (isSafe(text, unicode)) return `${full}${text}`;
  const escaped = Array.from(text, (character) => {
    if (character === '\\' || character === '"') return `\\${character}`;
    const code = character.codePointAt(0) ?? 0;
    if (character === ',' || code < 0x20 || code === 0x7f || (!unicode && code > 0x7e)) return `\\u00${code.toString(16).padStart(2, '0')}`;
    return character;
  });
  return `"${full}${escaped.join('')}"`;
}

/** Other names that are text, by object identifier: the name, and whether they are UTF-8. */
const OTHER_NAMES: Readonly<Record<string, readonly [string, boolean]>> = {
  '1.3.6.1.5.5.7.8.5': ['XmppAddr', true],
  '1.3.6.1.5.5.7.8.7': ['SRVName', false],
  '1.3.6.1.5.5.7.8.8': ['NAIRealm', true],
  '1.3.6.1.5.5.7.8.9': ['SmtpUTF8Mailbox', true],
  '1.3.6.1.4.1.311.20.2.3': ['UPN', true],
};

function printOther(content: Uint8Array): string {
  const reader = new DerReader(content);
  const known = OTHER_NAMES[readOid(reader.read(0x06).content)];
  const wrapper = reader.optional(context(0));
  if (known === undefined || wrapper === undefined) return 'othername:<unsupported>';
  const [prefix, unicode] = known;
  const value = new DerReader(wrapper.content).read();
  const text = readText(value);
  if (value.tag !== (unicode ? 0x0c : 0x16) || text === undefined) return 'othername:<unsupported>';
  return `othername:${quote(text, unicode, prefix)}`;
}

export function printIp(content: Uint8Array): string {
  if (content.length === 4) return content.join('.');
  if (content.length !== 16) return `<invalid length=${content.length}>`;
  const view = new DataView(content.slice().buffer);
  return Array.from({ length: 8 }, (_, index) =>
    view
      .getUint16(2 * index)
      .toString(16)
      .toUpperCase(),
  ).join(':');
}

export function printGeneralName(name: GeneralName): string {
  const { kind, content } = name;
  switch (kind) {
    case 0:
      return printOther(content);
    case EMAIL:
      return `email:${quote(nameText(name), false)}`;
    case DNS:
      return `DNS:${quote(nameText(name), false)}`;
    case 3:
      return 'X400Name:<unsupported>';
    case DIRECTORY:
      return `DirName:${quote(printReversed(readName(DerReader.element(content))), true)}`;
    case 5:
      return 'EdiPartyName:<unsupported>';
    case URI:
      return `URI:${quote(nameText(name), false)}`;
    case IP:
      return `IP Address:${printIp(content)}`;
    case 8:
      return `Registered ID:${readOid(content)}`;
    default:
      return '<unsupported>';
  }
}

const ACCESS_METHODS: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.48.1': 'OCSP',
  '1.3.6.1.5.5.7.48.2': 'CA Issuers',
  '1.3.6.1.5.5.7.48.3': 'AD Time Stamping',
  '1.3.6.1.5.5.7.48.4': 'AD DVCS',
  '1.3.6.1.5.5.7.48.5': 'CA Repository',
};

/** AuthorityInfoAccess, one entry a line. */
export function printInfoAccess(value: Uint8Array): string {
  const reader = DerReader.sequence(value);
  const lines: string[] = [];
  while (!reader.done) {
    const entry = reader.sequence();
    const method = entry.oid();
    lines.push(`${ACCESS_METHODS[method] ?? method} - ${printGeneralName(readGeneralName(entry))}`);
  }
  return lines.join('\n');
}

/** Distinguished names (RFC 5280, section 4.1.2.4) and how OpenSSL prints them (X509_NAME_print_ex). */
import { type DerElement, DerReader, readOid, SET } from '../asn1/der.ts';

export interface Attribute {
  readonly oid: string;
  /** Undefined for values that are no text. */
  readonly text: string | undefined;
  readonly whole: Uint8Array;
}

export interface Name {
  readonly der: Uint8Array;
  /** Relative names; most have one attribute. */
  readonly parts: readonly (readonly Attribute[])[];
}

/** OpenSSL's short names (crypto/objects/objects.txt). */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.13': 'description',
  '2.5.4.15': 'businessCategory',
  '2.5.4.16': 'postalAddress',
  '2.5.4.17': 'postalCode',
  '2.5.4.20': 'telephoneNumber',
  '2.5.4.41': 'name',
  '2.5.4.42': 'GN',
  '2.5.4.43': 'initials',
  '2.5.4.44': 'generationQualifier',
  '2.5.4.45': 'x500UniqueIdentifier',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '1.2.840.113549.1.9.2': 'unstructuredName',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.3.6.1.4.1.311.60.2.1.1': 'jurisdictionL',
  '1.3.6.1.4.1.311.60.2.1.2': 'jurisdictionST',
  '1.3.6.1.4.1.311.60.2.1.3': 'jurisdictionC',
};

export const attributeName = ({ oid }: Attribute): string => SHORT_NAMES[oid] ?? oid;

const DECODERS: Readonly<Record<number, string>> = {
  0x0c: 'utf-8',
  0x12: 'latin1',
  0x13: 'latin1',
  0x14: 'latin1',
  0x16: 'latin1',
  0x1a: 'latin1',
  0x1e: 'utf-16be',
};

export function readText({ tag, content }: DerElement): string | undefined {
  if (tag === 0x1c) {
    const view = new DataView(content.slice().buffer);
    return Array.from({ length: content.length >> 2 }, (_, index) => String.fromCodePoint(view.getUint32(4 * index))).join('');
  }
  const label = DECODERS[tag];
  return label === undefined ? undefined : new TextDecoder(label).decode(content.slice());
}

export function readName(element: DerElement): Name {
  const reader = new DerReader(element.content);
  const parts: Attribute[][] = [];
  while (!reader.done) {
    const set = new DerReader(reader.read(SET).content);
    const attributes: Attribute[] = [];
    while (!set.done) {
      const pair = set.sequence();
      const oid = readOid(pair.read(0x06).content);
      const value = pair.read();
      attributes.push({ oid, text: readText(value), whole: value.whole });
    }
    parts.push(attributes);
  }
  return { der: element.whole, parts };
}

/** RFC 2253's escapes; `controls`: control characters as well. */
function escape(text: string, controls: boolean): string {
  const characters = Array.from(text);
  return characters
    .map((character, index) => {
      const code = character.codePointAt(0) ?? 0;
      const edge = (index === 0 && (character === '#' || character === ' ')) || (index === characters.length - 1 && character === ' ');
      if (edge || ',+"\\<>;'.includes(character)) return `\\${character}`;
      if (controls && (code < 0x20 || code === 0x7f)) return `\\${code.toString(16).toUpperCase().padStart(2, '0')}`;
      return character;
    })
    .join('');
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('');
}

/** One attribute a line, as Node's `subject` and `issuer` are. */
export function printLines({ parts }: Name): string | undefined {
  if (parts.length === 0) return undefined;
  const one = (attribute: Attribute): string => {
    const value = attribute.text === undefined ? `#${hex(attribute.whole)}` : escape(attribute.text, true);
    return `${attributeName(attribute)}=${value}`;
  };
  return parts.map((attributes) => attributes.map(one).join(' + ')).join('\n');
}

/** In one line, the last part first. */
export function printReversed({ parts }: Name): string {
  const one = (attribute: Attribute): string => {
    const known = SHORT_NAMES[attribute.oid];
    if (known === undefined || attribute.text === undefined) return `${known ?? attribute.oid}=#${hex(attribute.whole)}`;
    return `${known}=${escape(attribute.text, false)}`;
  };
  return parts
    .toReversed()
    .map((attributes) => attributes.map(one).join('+'))
    .join(',');
}

/** As an object: repeated attributes are lists. */
export function nameObject({ parts }: Name): Record<string, unknown> {
  const object: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const attribute of parts.flat()) {
    const key = attributeName(attribute);
    const value = attribute.text ?? '';
    const known = object[key];
    if (known === undefined) object[key] = value;
    else object[key] = Array.isArray(known) ? [...(known as unknown[]), value] : [known, value];
  }
  return object;
}

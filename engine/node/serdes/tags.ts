/** Tags of V8's wire format 15 (src/objects/value-serializer.cc), by their characters. */
const code = (character: string): number => character.charCodeAt(0);

export const WIRE_VERSION = 15;
export const VERSION = 0xff;
export const PADDING = 0;
export const UNDEFINED = code('_');
export const NULL = code('0');
export const TRUE = code('T');
export const FALSE = code('F');
export const INT32 = code('I');
export const UINT32 = code('U');
export const DOUBLE = code('N');
export const BIGINT = code('Z');
export const UTF8_STRING = code('S');
export const ONE_BYTE_STRING = code('"');
export const TWO_BYTE_STRING = code('c');
export const REFERENCE = code('^');
export const OBJECT = code('o');
export const OBJECT_END = code('{');
export const SPARSE_ARRAY = code('a');
export const SPARSE_ARRAY_END = code('@');
export const DENSE_ARRAY = code('A');
export const DENSE_ARRAY_END = code('$');
export const HOLE = code('-');
export const DATE = code('D');
export const TRUE_OBJECT = code('y');
export const FALSE_OBJECT = code('x');
export const NUMBER_OBJECT = code('n');
export const BIGINT_OBJECT = code('z');
export const STRING_OBJECT = code('s');
export const REGEXP = code('R');
export const MAP = code(';');
export const MAP_END = code(':');
export const SET = code("'");
export const SET_END = code(',');
export const ARRAY_BUFFER = code('B');
export const RESIZABLE_ARRAY_BUFFER = code('~');
export const ARRAY_BUFFER_TRANSFER = code('t');
export const SHARED_ARRAY_BUFFER = code('u');
export const ARRAY_BUFFER_VIEW = code('V');
export const HOST_OBJECT = code('\\');
export const ERROR = code('r');

export const ERROR_MESSAGE = code('m');
export const ERROR_CAUSE = code('c');
export const ERROR_STACK = code('s');
export const ERROR_END = code('.');

/** Letter of an error's prototype; plain errors have none. */
export const ERROR_PROTOTYPES: readonly (readonly [name: string, tag: number])[] = [
  ['EvalError', code('E')],
  ['RangeError', code('R')],
  ['ReferenceError', code('F')],
  ['SyntaxError', code('S')],
  ['TypeError', code('T')],
  ['URIError', code('U')],
];

/** Sub-tags of views: the constructors' names. */
export const VIEWS: readonly (readonly [name: string, tag: number])[] = [
  ['Int8Array', code('b')],
  ['Uint8Array', code('B')],
  ['Uint8ClampedArray', code('C')],
  ['Int16Array', code('w')],
  ['Uint16Array', code('W')],
  ['Int32Array', code('d')],
  ['Uint32Array', code('D')],
  ['Float16Array', code('h')],
  ['Float32Array', code('f')],
  ['Float64Array', code('F')],
  ['BigInt64Array', code('q')],
  ['BigUint64Array', code('Q')],
  ['DataView', code('?')],
];

/** Bits of RegExp flags. */
export const REGEXP_FLAGS = ['g', 'i', 'm', 'y', 'u', 's', 'l', 'd', 'v'];

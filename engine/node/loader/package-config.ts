/**
 * Reads package.json as src/node_modules.cc does (with simdjson's On-Demand parser): fields one after another, without building an object. Values of
 * other fields are skipped, not checked; `exports` and `imports` are kept as raw JSON text.
 */

export interface PackageConfig {
  readonly path: string;
  readonly name: string | undefined;
  readonly main: string | undefined;
  readonly type: 'commonjs' | 'module' | 'none';
  readonly imports: string | undefined;
  readonly exports: string | undefined;
}

/** `[name, main, type, imports, exports, path]`, as internal/modules/package_json_reader gets it. */
export type SerializedPackageConfig = readonly [
  string | undefined,
  string | undefined,
  string,
  string | undefined,
  string | undefined,
  string,
];

export const serialize = ({ name, main, type, imports, exports, path }: PackageConfig): SerializedPackageConfig => [
  name,
  main,
  type,
  imports,
  exports,
  path,
];

const SPACE = /[ \t\n\r]*/y;
/** Control characters must be escaped in JSON strings. */
const STRING = /"(?:[^"\\\p{Cc}]|[\u007F-\u009F]|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*"/uy;
const SCALAR = /[^\s,\]}]+/y;

class Scanner {
  readonly #text: string;
  at = 0;
  constructor(text: string) {
    this.#text = text;
  }
  skipSpace(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.#text)?.[0].length ?? 0;
  }
  peek(): string {
    this.skipSpace();
    return this.#text[this.at] ?? '';
  }
  /** Takes `character`, or reports that something else stands there. */
  take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.at++;
    return true;
  }
  string(): string | undefined {
    this.skipSpace();
    STRING.lastIndex = this.at;
    const found = STRING.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    return JSON.parse(found) as string;
  }
  /** Raw text of a value: brackets are matched, what is in them is not judged. Objects keep the space up to the next token, as simdjson's raw_json does. */
  raw(): string | undefined {
    const opening = this.peek();
    const start = this.at;
    if (opening === '"') return this.string() === undefined ? undefined : this.#text.slice(start, this.at);
    if (opening !== '{' && opening !== '[') {
      SCALAR.lastIndex = this.at;
      const found = SCALAR.exec(this.#text)?.[0];
      if (found === undefined) return undefined;
      this.at += found.length;
      return found;
    }
    let depth = 0;
    while (this.at < this.#text.length) {
      const character = this.#text[this.at];
      if (character === '"') {
        if (this.string() === undefined) return undefined;
        continue;
      }
      this.at++;
      if (character === '{' || character === '[') depth++;
      else if ((character === '}' || character === ']') && --depth === 0) {
        this.skipSpace();
        return this.#text.slice(start, this.at);
      }
    }
    return undefined;
  }
  get isAtEnd(): boolean {
    this.skipSpace();
    return this.at >= this.#text.length;
  }
}

/** Undefined for an invalid file. */
export function parsePackageConfig(path: string, text: string): PackageConfig | undefined {
  const scanner = new Scanner(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const found: { -readonly [Key in keyof PackageConfig]: PackageConfig[Key] } = {
    path,
    name: undefined,
    main: undefined,
    type: 'none',
    imports: undefined,
    exports: undefined,
  };
  if (!scanner.take('{')) return undefined;
  if (!scanner.take('}')) {
    do {
      const key = scanner.string();
      if (key === undefined || !scanner.take(':')) return undefined;
      const isString = scanner.peek() === '"';
      const raw = scanner.raw();
      if (raw === undefined) return undefined;
      const value = isString ? (JSON.parse(raw) as string) : undefined;
      switch (key) {
        case 'name':
          if (value === undefined) return undefined;
          found.name = value;
          break;
        case 'main':
          found.main = value ?? found.main;
          break;
        case 'type':
          if (value === undefined) return undefined;
          found.type = value === 'module' || value === 'commonjs' ? value : 'none';
          break;
        case 'imports':
        case 'exports':
          if (value !== undefined) found[key] = value;
          else if (raw.startsWith('{') || raw.startsWith('[')) found[key] = raw.startsWith('{') ? raw : raw.trimEnd();
          break;
        default:
      }
    } while (scanner.take(','));
    if (!scanner.take('}')) return undefined;
  }
  return scanner.isAtEnd ? found : undefined;
}

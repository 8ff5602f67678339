/**
 * Node's command line: which arguments are Node's options, which are the script and its arguments, and each option's value. The table comes from the
 * pinned binary (`getCLIOptionsInfo`, `getCLIOptionsValues`). Stands for src/node_options.cc and src/node_options-inl.h.
 */

/** OptionType of src/node_options.h, from the binding's `types`. */
interface OptionInfo {
  readonly type: number;
  readonly envVarSettings: number;
  readonly defaultIsTrue: boolean;
}

export interface OptionTable {
  readonly info: ReadonlyMap<string, OptionInfo>;
  /** Short forms and groups: `-e` → [`--eval`], `--prof-process` → … */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, number>>;
}

export interface ParsedOptions {
  /** Options as given, before the script: `process.execArgv`. */
  readonly execArgv: readonly string[];
  /** Script and its arguments. */
  readonly args: readonly string[];
  readonly values: Record<string, unknown>;
  /** The one option of V8's that JavaScript can honour. */
  readonly stackTraceLimit: number | undefined;
}

/** A wrong command line: native prints `node: …` and exits with 9. */
export class OptionError extends Error {}

const V8_OPTION =
  /^--(?:(?:no-)?(?:max-|harmony|expose-gc|allow-natives-syntax|stack-|trace-(?:opt|deopt|gc)|gc-|optimize|jitless|interpreted-|huge-max|random-seed|predictable|stress-|single-threaded|semi-space|initial-|enable-|abort-on|disallow-code|perf-|prof$|log|interrupt-|experimental-wasm|wasm-|turbo|sparkplug|maglev|always-|lite-mode|v8-options|js-))/;

export function parseOptions(table: OptionTable, argv: readonly string[], nodeOptions: string | undefined): ParsedOptions {
  const values: Record<string, unknown> = { __proto__: null, ...structuredCopy(table.defaults) };
  const parser = new Parser(table, values);
  if (nodeOptions !== undefined && nodeOptions.trim() !== '') parser.all(splitNodeOptions(nodeOptions), 'NODE_OPTIONS');
  const end = parser.untilScript(argv);
  const given = argv.slice(0, end);
  if (given.at(-1) === '--') given.pop();
  const all = nodeOptions === undefined ? given : [...splitNodeOptions(nodeOptions), ...given];
  const limit = all.map((argument) => /^--stack[-_]trace[-_]limit=(\d+)$/.exec(argument)?.[1]).findLast((text) => text !== undefined);
  return { execArgv: given, args: argv.slice(end), values, stackTraceLimit: limit === undefined ? undefined : Number(limit) };
}

/** What does not go together, or has a value that is none (`PerProcessOptions::CheckOptions`, src/node_options.cc): messages and exit code. */
export function checkOptions(values: Readonly<Record<string, unknown>>): { readonly messages: readonly string[]; readonly code: number } {
  const messages: string[] = [];
  const oneOf = (option: string, ...allowed: string[]) => {
    const value = values[option];
    if (typeof value === 'string' && value !== '' && !allowed.includes(value)) messages.push(`invalid value for ${option}`);
  };
  const evaluates = values['[has_eval_string]'] === true;
  if (values['--check'] === true && evaluates) messages.push('either --check or --eval can be used, not both');
  if (values['--test'] === true && evaluates) messages.push('either --test or --eval can be used, not both');
  if (values['--watch'] === true && evaluates) messages.push('either --watch or --eval can be used, not both');
  if (values['--tls-min-v1.3'] === true && values['--tls-max-v1.2'] === true)
    messages.push('either --tls-min-v1.3 or --tls-max-v1.2 can be used, not both');
  const type = values['--input-type'];
  if (typeof type === 'string' && type !== '' && !INPUT_TYPES.includes(type))
    messages.push('--input-type must be "module","commonjs", "module-typescript" or "commonjs-typescript"');
  oneOf('--unhandled-rejections', 'warn-with-error-code', 'throw', 'strict', 'warn', 'none');
  oneOf('--test-isolation', 'process', 'none');
  oneOf('--trace-require-module', 'all', 'no-node-modules', 'true', 'false');
  if (messages.length > 0) return { messages, code: 9 };
  const mode = values['--disable-proto'];
  return mode === undefined || mode === '' || mode === 'delete' || mode === 'throw'
    ? { messages, code: 0 }
    : { messages: ['invalid mode passed to --disable-proto'], code: 12 };
}

const INPUT_TYPES = ['module', 'commonjs', 'module-typescript', 'commonjs-typescript'];

/** `--env-file` and `--env-file-if-exists`, which are read before other options (src/node_dotenv.cc). */
export function environmentFiles(argv: readonly string[]): { readonly path: string; readonly isOptional: boolean }[] {
  const files: { path: string; isOptional: boolean }[] = [];
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    if (argument === '--' || !argument.startsWith('-')) break;
    const match = /^--env-file(-if-exists)?(?:=(.*))?$/.exec(argument);
    if (match === null) continue;
    const path = match[2] ?? argv[++index];
    if (path !== undefined) files.push({ path, isOptional: match[1] !== undefined });
  }
  return files;
}

/** Options that have an environment variable of their own (`InitializeNodeWithArgsInternal`, src/node.cc). */
export function applyEnvironment(values: Record<string, unknown>, env: ReadonlyMap<string, string>): void {
  const switches = {
    NODE_PENDING_DEPRECATION: '--pending-deprecation',
    NODE_PRESERVE_SYMLINKS: '--preserve-symlinks',
    NODE_PRESERVE_SYMLINKS_MAIN: '--preserve-symlinks-main',
  };
  for (const [variable, option] of Object.entries(switches)) if (env.get(variable)?.startsWith('1') === true) values[option] = true;
  const file = env.get('NODE_REDIRECT_WARNINGS');
  if (file !== undefined && values['--redirect-warnings'] === '') values['--redirect-warnings'] = file;
}

function structuredCopy(defaults: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [key, Array.isArray(value) ? [...(value as unknown[])] : value]),
  );
}

/** Boolean options that others switch, as the pinned binary does (`Implies` and `ImpliesNot` of src/node_options.cc). */
const IMPLIED: Readonly<Record<string, readonly (readonly [name: string, isOn: boolean])[]>> = {
  '--experimental-require-module': [['--require-module', true]],
  '--experimental-transform-types': [['--enable-source-maps', true]],
  '--no-experimental-require-module': [['--require-module', false]],
  '--no-require-module': [['--experimental-require-module', false]],
  '--report-signal': [['--report-on-signal', true]],
  '--require-module': [['--experimental-require-module', true]],
  '--trace-env-js-stack': [['--trace-env', true]],
  '--trace-env-native-stack': [['--trace-env', true]],
};

class Parser {
  readonly #table: OptionTable;
  readonly #values: Record<string, unknown>;

  constructor(table: OptionTable, values: Record<string, unknown>) {
    this.#table = table;
    this.#values = values;
  }

  /** Parses arguments that may only be options. */
  all(args: readonly string[], source: string): void {
    const next = this.untilScript(args, true);
    if (next < args.length) throw new OptionError(`${args[next] ?? ''} is not allowed in ${source}`);
  }

  untilScript(args: readonly string[], fromEnvironment = false): number {
    const queue = [...args];
    let consumed = 0;
    /** Arguments that an alias put in do not count as consumed. */
    let synthetic = 0;
    /** The option as it was written, before its aliases. */
    let written: string | undefined;
    const take = (): string | undefined => {
      const value = queue.shift();
      if (value !== undefined) {
        if (synthetic > 0) synthetic--;
        else consumed++;
      }
      return value;
    };
    while (queue.length > 0) {
      const first = queue[0] ?? '';
      if (first === '--') {
        take();
        break;
      }
      if (first === '-' || !first.startsWith('-')) break;
      const [name, inline] = splitInline(first);
      const alias = this.#aliasFor(name, inline, queue[1]);
      if (alias !== undefined) {
        written ??= name;
        take();
        const expansion = inline === undefined ? [...alias] : [...alias.slice(0, -1), `${alias.at(-1) ?? ''}=${inline}`];
        queue.unshift(...expansion);
        synthetic += expansion.length;
        continue;
      }
      take();
      this.#one(
        first,
        written ?? name,
        name,
        inline,
        () => {
          const next = queue[0];
          if (next === undefined || (next.startsWith('-') && next.length > 1)) return undefined;
          return take()?.replace(/^\\-/, '-');
        },
        fromEnvironment,
      );
      if (synthetic === 0) written = undefined;
    }
    return consumed;
  }

  #aliasFor(name: string, inline: string | undefined, following: string | undefined): readonly string[] | undefined {
    const { aliases } = this.#table;
    if (inline !== undefined) return aliases.get(`${name}=`) ?? aliases.get(name);
    if (following !== undefined && (!following.startsWith('-') || following === '-')) {
      const withArgument = aliases.get(`${name} <arg>`);
      if (withArgument !== undefined) return withArgument;
    }
    const alias = aliases.get(name);
    if (alias !== undefined || !name.startsWith('--no-')) return alias;
    // Of another name's negation.
    const [other, ...more] = aliases.get(`--${name.slice(5)}`) ?? [];
    return other === undefined || more.length > 0 ? undefined : [`--no-${other.slice(2)}`];
  }

  #one(
    given: string,
    written: string,
    rawName: string,
    inline: string | undefined,
    next: () => string | undefined,
    fromEnvironment: boolean,
  ): void {
    const { info, types } = this.#table;
    let name = rawName.startsWith('--') ? `--${rawName.slice(2).replaceAll('_', '-')}` : rawName;
    let negated = false;
    let option = info.get(name);
    if (option === undefined && name.startsWith('--no-')) {
      name = `--${name.slice(5)}`;
      option = info.get(name);
      negated = option !== undefined;
    }
    if (option === undefined) {
      if (V8_OPTION.test(given.replaceAll('_', '-'))) return;
      throw new OptionError(fromEnvironment ? `${given} is not allowed in NODE_OPTIONS` : `bad option: ${given}`);
    }
    if (fromEnvironment && option.envVarSettings !== 0 && option.envVarSettings !== undefined && isDisallowed(option)) {
      throw new OptionError(`${inline === undefined ? written : `${rawName}=`} is not allowed in NODE_OPTIONS`);
    }
    if (option.type === types.kBoolean) return this.#switch(name, !negated);
    if (negated) throw new OptionError(`${given} is an invalid negation because it is not a boolean option`);
    // Of V8's options Node itself asks for one.
    if (name === '--abort-on-uncaught-exception') this.#values[name] = true;
    if (option.type === types.kNoOp || option.type === types.kV8Option) return;
    const value = inline ?? next();
    if (value === undefined) throw new OptionError(`${written} requires an argument`);
    this.#set(name, option, value);
  }

  /** Sets a boolean option, and those that follow from it. */
  #switch(name: string, isOn: boolean): void {
    const negation = `--no-${name.slice(2)}`;
    this.#values[name] = isOn;
    this.#values[negation] = !isOn;
    for (const [implied, impliedIsOn] of IMPLIED[isOn ? name : negation] ?? [])
      if (this.#values[implied] !== impliedIsOn) this.#switch(implied, impliedIsOn);
  }

  #set(name: string, option: OptionInfo, value: string): void {
    const { types } = this.#table;
    if (option.type === types.kStringList) {
      const list = this.#values[name];
      this.#values[name] = [...(Array.isArray(list) ? (list as unknown[]) : []), value];
    } else if (option.type === types.kInteger || option.type === types.kUInteger) {
      this.#values[name] = Number.parseInt(value, 10) || 0;
    } else {
      this.#values[name] = value;
      if (name === '--eval') this.#values['[has_eval_string]'] = true;
    }
    for (const [implied, isOn] of IMPLIED[name] ?? []) this.#switch(implied, isOn);
  }
}

/** `kDisallowedInEnvvar` is 1 in OptionEnvvarSettings. */
const isDisallowed = (option: OptionInfo): boolean => option.envVarSettings === 1;

function splitInline(argument: string): [string, string | undefined] {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return equals < 0 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

/** Splits NODE_OPTIONS at spaces; double quotes group, backslash escapes inside them (src/node.cc ParseNodeOptionsEnvVar). */
export function splitNodeOptions(text: string): string[] {
  const result: string[] = [];
  let current = '';
  let started = false;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    let character = text[index] ?? '';
    if (character === '\\' && quoted) {
      index++;
      if (index === text.length) throw new OptionError('invalid value for NODE_OPTIONS (invalid escape)');
      character = text[index] ?? '';
    } else if (character === ' ' && !quoted) {
      if (started) result.push(current);
      current = '';
      started = false;
      continue;
    } else if (character === '"') {
      quoted = !quoted;
      started = true;
      continue;
    }
    current += character;
    started = true;
  }
  if (quoted) throw new OptionError('invalid value for NODE_OPTIONS (unterminated string)\n');
  if (started) result.push(current);
  return result;
}

/** Command-line options as GNU getopt_long reads them. */

export class OptionError extends Error {}

export interface OptionSpecification {
  /** Letters as in getopt: `n:` takes a value. */
  readonly short: string;
  /** Long names: the letter they stand for, with `:` for a value, `?` for an optional one (after `=` only). */
  readonly long?: Readonly<Record<string, string>>;
  /** Operands end the options (commands that run others). */
  readonly stopAtOperand?: boolean;
  /** `-5` is option `number` with value 5 (head, tail). */
  readonly numeric?: boolean;
}

export class Options {
  readonly operands: string[] = [];
  /** Options in the order they were given. */
  readonly given: { readonly name: string; readonly value: string }[] = [];

  has(name: string): boolean {
    return this.given.some((option) => option.name === name);
  }

  /** The last value of an option. */
  value(name: string): string | undefined {
    return this.given.findLast((option) => option.name === name)?.value;
  }

  values(name: string): string[] {
    return this.given.filter((option) => option.name === name).map((option) => option.value);
  }

  /** Which of some options was given last. */
  last(...names: readonly string[]): string | undefined {
    return this.given.findLast((option) => names.includes(option.name))?.name;
  }
}

export function parseOptions(args: readonly string[], specification: OptionSpecification): Options {
  const options = new Options();
  const { short, long = {}, stopAtOperand = false, numeric = false } = specification;
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? '';
    if (argument === '--') {
      options.operands.push(...args.slice(i + 1));
      break;
    }
    if (argument.startsWith('--')) {
      const equals = argument.indexOf('=');
      const name = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
      const candidates = Object.keys(long).filter((key) => key === name || key.startsWith(name));
      const exact = candidates.includes(name) ? name : candidates.length === 1 ? candidates[0] : undefined;
      if (exact === undefined) {
        const choices = candidates.map((key) => `'--${key}'`).join(' ');
        throw new OptionError(
          candidates.length > 1 ? `option '--${name}' is ambiguous; possibilities: ${choices}` : `unrecognized option '--${name}'`,
        );
      }
      const meaning = long[exact] ?? '';
      const key = meaning.replace(/[:?]$/, '');
      if (meaning.endsWith(':')) {
        const value = equals < 0 ? args[++i] : argument.slice(equals + 1);
        if (value === undefined) throw new OptionError(`option '--${exact}' requires an argument`);
        options.given.push({ name: key, value });
      } else if (equals >= 0 && !meaning.endsWith('?')) throw new OptionError(`option '--${exact}' doesn't allow an argument`);
      else options.given.push({ name: key, value: equals < 0 ? '' : argument.slice(equals + 1) });
      continue;
    }
    if (argument.length < 2 || !argument.startsWith('-')) {
      options.operands.push(argument);
      if (stopAtOperand) {
        options.operands.push(...args.slice(i + 1));
        break;
      }
      continue;
    }
    if (numeric && /^-\d+/.test(argument)) {
      options.given.push({ name: 'number', value: argument.slice(1) });
      continue;
    }
    for (let k = 1; k < argument.length; k++) {
      const letter = argument[k] ?? '';
      const at = letter === ':' ? -1 : short.indexOf(letter);
      if (at < 0) throw new OptionError(`invalid option -- '${letter}'`);
      if (short[at + 1] !== ':') {
        options.given.push({ name: letter, value: '' });
        continue;
      }
      const attached = argument.slice(k + 1);
      const value = attached === '' ? args[++i] : attached;
      if (value === undefined) throw new OptionError(`option requires an argument -- '${letter}'`);
      options.given.push({ name: letter, value });
      break;
    }
  }
  return options;
}

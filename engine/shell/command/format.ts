/** Text functions that `echo` and `printf` have as builtins and as programs. */

const SIMPLE: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', e: '\x1b' };

/** A byte as decoded text (surrogateescape above 0x7f: only the bytes count, encoding joins them again). */
function byte(value: number): string {
  const low = value & 0xff;
  return low < 0x80 ? String.fromCharCode(low) : String.fromCharCode(0xdc00 + low);
}

/** Backslash escapes. `octal`: with a leading 0 (`\0101`, GNU echo), without (`\101`, formats), or both (dash's echo, %b). `stop` tells that `\c` ended the output. */
export function unescape(text: string, octal: 'zero' | 'plain' | 'both'): { readonly text: string; readonly stop: boolean } {
  let result = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '\\') {
      result += text[i];
      continue;
    }
    const rest = text.slice(i + 1);
    const digits = (octal === 'zero' ? /^0([0-7]{0,3})/ : octal === 'plain' ? /^([0-7]{1,3})/ : /^(0[0-7]{0,3}|[0-7]{1,3})/).exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
    const c = rest[0];
    if (digits !== null) {
      result += byte(parseInt(digits[1] === '' ? '0' : (digits[1] ?? '0'), 8));
      i += digits[0].length;
    } else if (hex !== null) {
      result += byte(parseInt(hex[1] ?? '0', 16));
      i += hex[0].length;
    } else if (unicode !== null) {
      result += String.fromCodePoint(parseInt(unicode[1] ?? unicode[2] ?? '0', 16));
      i += unicode[0].length;
    } else if (c === 'c') return { text: result, stop: true };
    else if (c !== undefined && SIMPLE[c] !== undefined) {
      result += SIMPLE[c];
      i++;
    } else result += '\\';
  }
  return { text: result, stop: false };
}

/** Output of `echo`. POSIX style (dash): only -n, escapes always. Otherwise bash and GNU style: -n, -e, -E. */
export function echo(args: readonly string[], posix: boolean): string {
  let newline = true;
  let escapes = posix;
  let first = 0;
  const option = posix ? /^-n$/ : /^-[neE]+$/;
  while (first < args.length && option.test(args[first] ?? '')) {
    for (const letter of (args[first] ?? '').slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
    first++;
    if (posix) break;
  }
  const text = args.slice(first).join(' ');
  if (!escapes) return text + (newline ? '\n' : '');
  const result = unescape(text, posix ? 'both' : 'zero');
  return result.text + (newline && !result.stop ? '\n' : '');
}

export interface Formatted {
  readonly text: string;
  readonly errors: readonly string[];
}

/** `printf`: the format is used again until the arguments are used up. */
export function format(pattern: string, args: readonly string[]): Formatted {
  const errors: string[] = [];
  let text = '';
  let next = 0;
  const take = (): string | undefined => args[next++];
  const number = (value: string | undefined): bigint => {
    if (value === undefined || value === '') return 0n;
    if (/^["']/.test(value)) return BigInt([...value.slice(1)][0]?.codePointAt(0) ?? 0);
    const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|\d+)/.exec(value);
    if (match === null) {
      errors.push(`${value}: expected numeric value`);
      return 0n;
    }
    if (match[0].length < value.length) errors.push(`${value}: not completely converted`);
    const digits = match[2] ?? '0';
    const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
    return match[1] === '-' ? -magnitude : magnitude;
  };
  do {
    const before = next;
    const expression = /%%|%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z])|(\\[\s\S][0-9a-fA-F]{0,8})|[^%\\]+|[\s\S]/g;
    let stopped = false;
    for (let match = expression.exec(pattern); match !== null; match = expression.exec(pattern)) {
      const [whole, flags = '', widthText, precisionText, conversion] = match;
      if (match[5] !== undefined) {
        const escape = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[\s\S])/.exec(whole)?.[0] ?? whole;
        expression.lastIndex -= whole.length - escape.length;
        const result = escape === '\\"' ? { text: '"', stop: false } : unescape(escape, 'plain');
        text += result.text;
        if (result.stop) {
          stopped = true;
          break;
        }
        continue;
      }
      if (whole === '%%') {
        text += '%';
        continue;
      }
      if (conversion === undefined) {
        text += whole;
        continue;
      }
      let width = widthText === '*' ? Number(number(take())) : Number(widthText ?? 0);
      const hasPrecision = /\./.test(whole);
      const precision = !hasPrecision ? undefined : precisionText === '*' ? Number(number(take())) : Number(precisionText ?? 0);
      const left = flags.includes('-') || width < 0;
      width = Math.abs(width);
      let body: string;
      let numeric = false;
      switch (conversion) {
        case 's': {
          const value = take() ?? '';
          body = precision === undefined ? value : [...value].slice(0, precision).join('');
          break;
        }
        case 'b': {
          const result = unescape(take() ?? '', 'both');
          if (result.stop) return { text: text + result.text, errors };
          body = result.text;
          break;
        }
        case 'c':
          body = [...(take() ?? '')][0] ?? '';
          break;
        case 'q':
          body = quote(take() ?? '');
          break;
        case 'd':
        case 'i':
        case 'u':
        case 'o':
        case 'x':
        case 'X': {
          const value = number(take());
          numeric = true;
          const unsigned = 'uoxX'.includes(conversion) ? BigInt.asUintN(64, value) : value;
          const radix = conversion === 'o' ? 8 : conversion === 'x' || conversion === 'X' ? 16 : 10;
          let digits = (unsigned < 0n ? -unsigned : unsigned).toString(radix);
          if (conversion === 'X') digits = digits.toUpperCase();
          if (precision !== undefined) digits = digits.padStart(precision, '0');
          const prefix = flags.includes('#') && unsigned !== 0n ? (conversion === 'o' ? '0' : radix === 16 ? `0${conversion}` : '') : '';
          const sign =
            unsigned < 0n ? '-' : radix === 10 && conversion !== 'u' ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : '';
          if (flags.includes('0') && !left && precision === undefined) digits = digits.padStart(width - sign.length - prefix.length, '0');
          body = sign + prefix + digits;
          break;
        }
        case 'e':
        case 'E':
        case 'f':
        case 'F':
        case 'g':
        case 'G': {
          const argument = take() ?? '';
          const value = argument === '' ? 0 : Number(argument);
          if (Number.isNaN(value) && !/^nan$/i.test(argument)) errors.push(`${argument}: expected numeric value`);
          numeric = true;
          const digits = floating(
            Number.isNaN(value) && !/^nan$/i.test(argument) ? 0 : Math.abs(value),
            conversion,
            precision ?? 6,
            flags.includes('#'),
          );
          const sign = value < 0 || Object.is(value, -0) ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
          body = sign + (flags.includes('0') && !left ? digits.padStart(width - sign.length, '0') : digits);
          break;
        }
        default:
          errors.push(`%${conversion}: invalid directive`);
          return { text, errors };
      }
      const length = numeric ? body.length : [...body].length;
      const padding = ' '.repeat(Math.max(0, width - length));
      text += left ? body + padding : padding + body;
    }
    if (stopped || next === before) break;
  } while (next < args.length);
  return { text, errors };
}

function floating(value: number, conversion: string, precision: number, alternate: boolean): string {
  const upper = conversion === conversion.toUpperCase();
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  let text: string;
  if (!Number.isFinite(value)) text = Number.isNaN(value) ? 'nan' : 'inf';
  else if (/f/i.test(conversion)) text = value.toFixed(precision);
  else if (/e/i.test(conversion)) text = exponent(value.toExponential(precision));
  else {
    const significant = Math.max(1, precision);
    const power = value === 0 ? 0 : Number(value.toExponential(significant - 1).split('e')[1]);
    text = power < -4 || power >= significant ? value.toExponential(significant - 1) : value.toFixed(Math.max(0, significant - 1 - power));
    if (!alternate && text.includes('.')) text = text.replace(/\.?0+(?=e|$)/, '');
    text = exponent(text);
  }
  return upper ? text.toUpperCase() : text;
}

/** Quotes for the shell's input, with single quotes where needed. */
export function quote(text: string): string {
  if (text !== '' && /^[A-Za-z0-9_@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Integer arithmetic of `$((…))`: C's operators on 64-bit signed integers. */
export interface Variables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

export class ArithmeticError extends Error {}

const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|&&|\|\||<<|>>|<=|>=|==|!=|\+\+|--|[-+*/%&^|]=|[-+*/%&^|<>!~?:()=,]))/y;
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

type Token = { readonly kind: 'number' | 'name' | 'operator' | 'end'; readonly text: string };

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) {
      if (text.slice(at).trim() === '') break;
      throw new ArithmeticError(`arithmetic expression: expecting primary: "${text}"`);
    }
    const kind = match[1] !== undefined ? 'number' : match[2] !== undefined ? 'name' : 'operator';
    tokens.push({ kind, text: match[1] ?? match[2] ?? match[3] ?? '' });
  }
  tokens.push({ kind: 'end', text: '' });
  return tokens;
}

/** Value of an expression; an empty one is 0. Throws ArithmeticError. */
export function evaluate(text: string, variables: Variables): bigint {
  const tokens = tokenize(text);
  if (tokens.length === 1) return 0n;
  let position = 0;
  const fail = (): never => {
    throw new ArithmeticError(`arithmetic expression: expecting ${position >= tokens.length - 1 ? 'primary' : 'EOF'}: "${text}"`);
  };
  const peek = (): Token => tokens[position] ?? { kind: 'end', text: '' };
  const is = (operator: string): boolean => peek().kind === 'operator' && peek().text === operator;
  const accept = (operator: string): boolean => {
    if (!is(operator)) return false;
    position++;
    return true;
  };
  const numberOf = (value: string): bigint => {
    const trimmed = value.trim();
    if (trimmed === '') return 0n;
    if (/^[-+]?(0[xX][0-9a-fA-F]+|\d+)$/.test(trimmed)) {
      const digits = trimmed.replace(/^[-+]/, '');
      const octal = /^0\d/.test(digits);
      if (octal && /[89]/.test(digits)) throw new ArithmeticError(`arithmetic expression: expecting EOF: "${text}"`);
      const magnitude = BigInt(octal ? `0o${digits.slice(1)}` : digits);
      return wrap(trimmed.startsWith('-') ? -magnitude : magnitude);
    }
    if (/^[A-Za-z_]\w*$/.test(trimmed)) return read(trimmed);
    throw new ArithmeticError(`Illegal number: ${value}`);
  };
  const read = (name: string): bigint => numberOf(variables.get(name) ?? '');
  const write = (name: string, value: bigint, active: boolean): bigint => {
    if (active) variables.set(name, String(value));
    return value;
  };

  const apply = (operator: string, a: bigint, b: bigint, active: boolean): bigint => {
    switch (operator) {
      case '*':
        return wrap(a * b);
      case '/':
      case '%':
        if (b === 0n) {
          if (!active) return 0n;
          throw new ArithmeticError('arithmetic expression: division by zero: "' + text + '"');
        }
        return wrap(operator === '/' ? a / b : a % b);
      case '+':
        return wrap(a + b);
      case '-':
        return wrap(a - b);
      case '<<':
        return wrap(a << (b & 63n));
      case '>>':
        return wrap(a >> (b & 63n));
      case '<':
        return a < b ? 1n : 0n;
      case '<=':
        return a <= b ? 1n : 0n;
      case '>':
        return a > b ? 1n : 0n;
      case '>=':
        return a >= b ? 1n : 0n;
      case '==':
        return a === b ? 1n : 0n;
      case '!=':
        return a !== b ? 1n : 0n;
      case '&':
        return a & b;
      case '^':
        return a ^ b;
      case '|':
        return a | b;
      default:
        return fail();
    }
  };

  const primary = (active: boolean): bigint => {
    const token = peek();
    position++;
    if (token.kind === 'number') return numberOf(token.text);
    if (token.kind === 'name') {
      const value = active ? read(token.text) : 0n;
      if (accept('++')) write(token.text, wrap(value + 1n), active);
      else if (accept('--')) write(token.text, wrap(value - 1n), active);
      return value;
    }
    if (token.text === '(') {
      const value = comma(active);
      if (!accept(')')) fail();
      return value;
    }
    if (token.text === '-') return wrap(-primary(active));
    if (token.text === '+') return primary(active);
    if (token.text === '!') return primary(active) === 0n ? 1n : 0n;
    if (token.text === '~') return ~primary(active);
    if (token.text === '++' || token.text === '--') {
      const name = peek();
      if (name.kind === 'name') {
        position++;
        return write(name.text, wrap((active ? read(name.text) : 0n) + (token.text === '++' ? 1n : -1n)), active);
      }
    }
    position--;
    return fail();
  };
  const power = (active: boolean): bigint => {
    const base = primary(active);
    if (!accept('**')) return base;
    const exponent = power(active);
    if (exponent < 0n) throw new ArithmeticError('arithmetic expression: exponent less than 0');
    return wrap(base ** exponent);
  };
  const binary = (level: number, active: boolean): bigint => {
    const operators = LEVELS[level];
    if (operators === undefined) return power(active);
    let left = binary(level + 1, active);
    for (;;) {
      const operator = peek();
      if (operator.kind !== 'operator' || !operators.includes(operator.text)) return left;
      position++;
      if (operator.text === '&&') {
        const right = binary(level + 1, active && left !== 0n);
        left = left !== 0n && right !== 0n ? 1n : 0n;
      } else if (operator.text === '||') {
        const right = binary(level + 1, active && left === 0n);
        left = left !== 0n || right !== 0n ? 1n : 0n;
      } else left = apply(operator.text, left, binary(level + 1, active), active);
    }
  };
  const ternary = (active: boolean): bigint => {
    const condition = binary(0, active);
    if (!accept('?')) return condition;
    const yes = assignment(active && condition !== 0n);
    if (!accept(':')) fail();
    const no = assignment(active && condition === 0n);
    return condition !== 0n ? yes : no;
  };
  const assignment = (active: boolean): bigint => {
    const name = peek();
    const operator = tokens[position + 1];
    if (name.kind === 'name' && operator?.kind === 'operator' && /^(=|[-+*/%&^|]=|<<=|>>=)$/.test(operator.text)) {
      position += 2;
      const value = assignment(active);
      const symbol = operator.text.slice(0, -1);
      return write(name.text, symbol === '' ? value : apply(symbol, active ? read(name.text) : 0n, value, active), active);
    }
    return ternary(active);
  };
  const comma = (active: boolean): bigint => {
    let value = assignment(active);
    while (accept(',')) value = assignment(active);
    return value;
  };

  const value = comma(true);
  if (peek().kind !== 'end') fail();
  return value;
}

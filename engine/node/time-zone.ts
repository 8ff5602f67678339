/**
 * The time zone of `TZ`: a page's own cannot be changed, so once a program asks for another, Date and Intl.DateTimeFormat answer in that one. Until then both are the
 * browser's, untouched.
 */
import { NativeProxy } from './bindings/types.ts';

type Hide = (replacement: object, name: string) => void;
type DateMethods = Record<string, (this: Date, ...args: unknown[]) => unknown>;

/** Offsets change on the quarter of an hour at the earliest. Milliseconds. */
const STEP = 900_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const PARTS = ['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds', 'Milliseconds'] as const;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A text that says itself what it is relative to, or is a date alone, which is UTC's. */
const ABSOLUTE = /(?:Z|GMT|UTC?|[+-]\d{2}:?\d{2}|\([^)]*\))\s*$/i;
const DATE_ALONE = /^\s*[+-]?\d{4,6}(?:-\d{2}(?:-\d{2})?)?\s*$/;

const two = (value: number): string => String(value).padStart(2, '0');

/** One zone's offsets. */
class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #long: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(DateTimeFormat: typeof Intl.DateTimeFormat, name: string) {
    this.name = name;
    const numeric = 'numeric';
    const fields = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric } as const;
    this.#format = new DateTimeFormat('en-US', { ...fields, era: 'short', hourCycle: 'h23', timeZone: name });
    this.#long = new DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'long' });
  }

  /** Milliseconds that local time is ahead of UTC at a moment. */
  offset(time: number): number {
    const step = Math.floor(time / STEP);
    const known = this.#offsets.get(step);
    if (known !== undefined) return known;
    const parts = Object.fromEntries(this.#format.formatToParts(step * STEP).map(({ type, value }) => [type, value]));
    const year = Number(parts['year']) * (parts['era'] === 'BC' ? -1 : 1) + (parts['era'] === 'BC' ? 1 : 0);
    const local = new NativeDate(0);
    local.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']));
    local.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']), 0);
    const offset = local.getTime() - step * STEP;
    this.#offsets.set(step, offset);
    return offset;
  }

  /** The moment of a local time: the first of two, and in a gap, as if the clock had not been changed. */
  moment(local: number): number {
    const [before, after] = [this.offset(local - DAY), this.offset(local + DAY)];
    const fits = [before, after].find((offset) => this.offset(local - offset) === offset);
    return local - (fits ?? before);
  }

  title(time: number): string {
    return this.#long.formatToParts(time).find(({ type }) => type === 'timeZoneName')?.value ?? this.name;
  }
}

const NativeDate = Date;
const NativeFormat = Intl.DateTimeFormat;

export interface TimeZones {
  /** `undefined`: the browser's again. What is no zone is UTC, as natively. */
  set(name: string | undefined): void;
}

export function createTimeZones(hide: Hide): TimeZones {
  let zone: Zone | undefined;
  let ownName: string | undefined;
  // Asking takes tens of milliseconds the first time: only who sets a zone does.
  const own = (): string => (ownName ??= new NativeFormat().resolvedOptions().timeZone);
  let isInstalled = false;
  return {
    set(name) {
      const wanted = name === undefined || name === '' ? undefined : name.replace(/^:/, '');
      if (!isInstalled && (wanted === undefined || wanted === own())) return;
      if (!isInstalled) install(() => (zone ??= new Zone(NativeFormat, own())), hide);
      isInstalled = true;
      zone = new Zone(NativeFormat, wanted === undefined ? own() : isZone(wanted) ? wanted : 'UTC');
    },
  };
}

function isZone(name: string): boolean {
  try {
    return new NativeFormat('en-US', { timeZone: name }) instanceof NativeFormat;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function install(zone: () => Zone, hide: Hide): void {
  const prototype = NativeDate.prototype as unknown as DateMethods;
  const { getTime } = NativeDate.prototype;
  const local = (date: Date): Date => {
    const time = getTime.call(date);
    return new NativeDate(Number.isNaN(time) ? NaN : time + zone().offset(time));
  };
  const define = (name: string, method: (this: Date, ...args: unknown[]) => unknown): void => {
    const { length } = prototype[name] ?? method;
    hide(method, name);
    Object.defineProperty(method, 'length', { value: length, configurable: true });
    Object.defineProperty(prototype, name, { value: method, writable: true, configurable: true, enumerable: false });
  };
  for (const part of [...PARTS, 'Day'] as const) {
    const get = prototype[`getUTC${part}`];
    if (get !== undefined)
      define(
        `get${part}`,
        {
          get(this: Date): unknown {
            return get.call(local(this));
          },
        }.get,
      );
  }
  for (const part of PARTS) {
    const change = prototype[`setUTC${part}`];
    if (change === undefined) continue;
    const { set } = {
      set(this: Date, ...args: unknown[]): number {
        // A year can be set on what is no date yet.
        const time = getTime.call(this);
        const shifted = Number.isNaN(time) && part === 'FullYear' ? new NativeDate(0) : local(this);
        const changed = Number(change.apply(shifted, args));
        return this.setTime(Number.isNaN(changed) ? NaN : zone().moment(changed));
      },
    };
    define(`set${part}`, set);
  }
  const dateText = (date: Date): string =>
    `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${date.getUTCFullYear() < 0 ? '-' : ''}${String(Math.abs(date.getUTCFullYear())).padStart(4, '0')}`;
  const timeText = (date: Date, time: number): string => {
    const minutes = Math.round(zone().offset(time) / MINUTE);
    const sign = minutes < 0 ? '-' : '+';
    const offset = `${sign}${two(Math.floor(Math.abs(minutes) / 60))}${two(Math.abs(minutes) % 60)}`;
    return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} GMT${offset} (${zone().title(time)})`;
  };
  const texts: Readonly<Record<string, (date: Date, time: number) => string>> = {
    toString: (date: Date, time: number) => `${dateText(date)} ${timeText(date, time)}`,
    toDateString: dateText,
    toTimeString: timeText,
  };
  for (const [name, make] of Object.entries(texts)) {
    define(
      name,
      {
        text(this: Date): string {
          const time = getTime.call(this);
          return Number.isNaN(time) ? 'Invalid Date' : make(local(this), time);
        },
      }.text,
    );
  }
  // Annex B of the language.
  const { getYear, setYear } = {
    getYear(this: Date): number {
      return this.getFullYear() - 1900;
    },
    setYear(this: Date, year: unknown): number {
      const number = Math.trunc(Number(year));
      return this.setFullYear(number >= 0 && number <= 99 ? 1900 + number : number);
    },
  };
  define('getYear', getYear);
  define('setYear', setYear as (this: Date, ...args: unknown[]) => unknown);
  define(
    'getTimezoneOffset',
    {
      offset(this: Date): number {
        const time = getTime.call(this);
        return Number.isNaN(time) ? NaN : 0 - Math.round(zone().offset(time) / MINUTE);
      },
    }.offset,
  );
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    const native = prototype[name];
    if (native === undefined) continue;
    define(
      name,
      {
        text(this: Date, locales?: unknown, options?: unknown): unknown {
          return native.call(this, locales, { timeZone: zone().name, ...(options as object | undefined) });
        },
      }.text,
    );
  }

  const parse = (text: string): number => {
    const time = NativeDate.parse(text);
    if (Number.isNaN(time) || ABSOLUTE.test(text) || DATE_ALONE.test(text)) return time;
    // What the browser took for its own local time.
    const components = new NativeDate(time);
    const offset = nativeOffset.call(components) as number;
    return zone().moment(time - offset * MINUTE);
  };
  replaceDate(zone, parse, hide);
  Object.defineProperty(Intl, 'DateTimeFormat', {
    value: formatter(zone, hide),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

const nativeOffset = NativeDate.prototype.getTimezoneOffset;

/** Date itself, which takes local times apart and together. */
function replaceDate(zone: () => Zone, parse: (text: string) => number, hide: Hide): void {
  const fields = (values: unknown[]): number => zone().moment(NativeDate.UTC(...(values.map(Number) as [number, number])));
  const Replaced: DateConstructor = new NativeProxy(NativeDate, {
    apply: () => new NativeDate().toString(),
    construct: (target, given: unknown[], newTarget) => {
      const to = newTarget === Replaced ? target : newTarget;
      if (given.length > 1) return Reflect.construct(target, [fields(given)], to) as object;
      const [value] = given;
      if (given.length === 0 || (typeof value === 'object' && value instanceof NativeDate))
        return Reflect.construct(target, given, to) as object;
      const primitive: unknown = typeof value === 'object' && value !== null ? primitiveOf(value) : value;
      return Reflect.construct(target, [typeof primitive === 'string' ? parse(primitive) : primitive], to) as object;
    },
    get: (target, key, receiver) => (key === 'parse' ? parseOwn : (Reflect.get(target, key, receiver) as unknown)),
  });
  const { parse: parseOwn } = { parse: (text: unknown): number => parse(String(text)) };
  hide(parseOwn, 'parse');
  hide(Replaced, 'Date');
  Object.defineProperty(NativeDate.prototype, 'constructor', { value: Replaced, writable: true, configurable: true, enumerable: false });
  Object.defineProperty(globalThis, 'Date', { value: Replaced, writable: true, configurable: true, enumerable: false });
}

/** As the language makes a primitive of an object, no preference given. */
function primitiveOf(value: object): unknown {
  const convert = (value as { [Symbol.toPrimitive]?: (hint: string) => unknown })[Symbol.toPrimitive];
  if (typeof convert === 'function') return convert.call(value, 'default');
  const plain: unknown = value.valueOf();
  return typeof plain === 'object' && plain !== null ? String(value) : plain;
}

function formatter(zone: () => Zone, hide: Hide): typeof Intl.DateTimeFormat {
  const inZone = (given: unknown[]): [unknown, object] => [given[0], { timeZone: zone().name, ...(given[1] as object | undefined) }];
  const Replaced: typeof Intl.DateTimeFormat = new NativeProxy(NativeFormat, {
    apply: (target, self, given: unknown[]) => Reflect.apply(target, self, inZone(given)),
    construct: (target, given: unknown[], newTarget) =>
      Reflect.construct(target, inZone(given), newTarget === Replaced ? target : newTarget) as object,
  });
  hide(Replaced, 'DateTimeFormat');
  Object.defineProperty(NativeFormat.prototype, 'constructor', { value: Replaced, writable: true, configurable: true, enumerable: false });
  return Replaced;
}

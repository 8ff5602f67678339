/** Dates as `date` prints and reads them. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC. */
  readonly offset: number;
  readonly zone: string;
}

function partsOf(milliseconds: number, utc: boolean): Parts {
  const date = new Date(milliseconds);
  const offset = utc ? 0 : -date.getTimezoneOffset();
  const local = new Date(milliseconds + offset * 60_000);
  const name =
    utc || offset === 0
      ? 'UTC'
      : (new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date).find((part) => part.type === 'timeZoneName')
          ?.value ?? '');
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth(),
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    offset,
    zone: name,
  };
}

/** strftime in the C locale, with GNU's flags `-`, `_`, `0` and `^`. */
export function formatDate(format: string, milliseconds: number, utc: boolean, nanoseconds = (milliseconds % 1000) * 1e6): string {
  const p = partsOf(milliseconds, utc);
  const dayOfYear = Math.floor((Date.UTC(p.year, p.month, p.day) - Date.UTC(p.year, 0, 1)) / 86_400_000) + 1;
  const weekOf = (start: number): number => Math.floor((dayOfYear - 1 + 7 - ((p.weekday - start + 7) % 7)) / 7);
  const thursday = new Date(Date.UTC(p.year, p.month, p.day + 4 - (p.weekday || 7)));
  const isoWeek = Math.ceil(((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 86_400_000 + 1) / 7);
  const hour12 = p.hour % 12 || 12;
  const again = (text: string): string => formatDate(text, milliseconds, utc, nanoseconds);
  return format.replace(/%([-_0^#]*)(\d*)(:{0,3}z|[a-zA-Z%+])/g, (whole, flags: string, width: string, letter: string) => {
    const number = (value: number, digits: number, pad = '0'): string => {
      const fill = flags.includes('-') ? '' : flags.includes('_') ? ' ' : flags.includes('0') ? '0' : pad;
      return fill === '' ? String(value) : String(value).padStart(width === '' ? digits : Number(width), fill);
    };
    const text = (value: string): string => (flags.includes('^') ? value.toUpperCase() : value);
    switch (letter) {
      case 'Y':
        return number(p.year, 4);
      case 'C':
        return number(Math.floor(p.year / 100), 2);
      case 'y':
        return number(p.year % 100, 2);
      case 'm':
        return number(p.month + 1, 2);
      case 'd':
        return number(p.day, 2);
      case 'e':
        return number(p.day, 2, ' ');
      case 'H':
        return number(p.hour, 2);
      case 'k':
        return number(p.hour, 2, ' ');
      case 'I':
        return number(hour12, 2);
      case 'l':
        return number(hour12, 2, ' ');
      case 'M':
        return number(p.minute, 2);
      case 'S':
        return number(p.second, 2);
      case 'N':
        return String(Math.floor(nanoseconds))
          .padStart(9, '0')
          .slice(0, width === '' ? 9 : Number(width));
      case 's':
        return String(Math.floor(milliseconds / 1000));
      case 'j':
        return number(dayOfYear, 3);
      case 'a':
        return text((DAYS[p.weekday] ?? '').slice(0, 3));
      case 'A':
        return text(DAYS[p.weekday] ?? '');
      case 'b':
      case 'h':
        return text((MONTHS[p.month] ?? '').slice(0, 3));
      case 'B':
        return text(MONTHS[p.month] ?? '');
      case 'p':
        return p.hour < 12 ? 'AM' : 'PM';
      case 'P':
        return p.hour < 12 ? 'am' : 'pm';
      case 'u':
        return String(p.weekday || 7);
      case 'w':
        return String(p.weekday);
      case 'U':
        return number(weekOf(0), 2);
      case 'W':
        return number(weekOf(1), 2);
      case 'V':
        return number(isoWeek, 2);
      case 'G':
        return String(thursday.getUTCFullYear());
      case 'g':
        return number(thursday.getUTCFullYear() % 100, 2);
      case 'q':
        return String(Math.floor(p.month / 3) + 1);
      case 'Z':
        return p.zone;
      case 'z':
      case ':z':
      case '::z': {
        const hours = String(Math.floor(Math.abs(p.offset) / 60)).padStart(2, '0');
        const minutes = String(Math.abs(p.offset) % 60).padStart(2, '0');
        return `${p.offset < 0 ? '-' : '+'}${hours}${letter === 'z' ? '' : ':'}${minutes}${letter === '::z' ? ':00' : ''}`;
      }
      case 'D':
        return again('%m/%d/%y');
      case 'x':
        return again('%m/%d/%y');
      case 'F':
        return again('%Y-%m-%d');
      case 'T':
      case 'X':
        return again('%H:%M:%S');
      case 'R':
        return again('%H:%M');
      case 'r':
        return again('%I:%M:%S %p');
      case 'c':
        return again('%a %b %e %H:%M:%S %Y');
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '%':
        return '%';
      default:
        return whole;
    }
  });
}

const UNITS: Record<string, number> = { second: 1e3, sec: 1e3, minute: 6e4, min: 6e4, hour: 36e5, day: 864e5, week: 6048e5 };

/** Milliseconds of `@seconds`, ISO dates, RFC 2822, `now`, `today`, `yesterday`, `tomorrow`, `2 days ago`, `next week`; undefined for others. */
export function parseDate(text: string, now = Date.now()): number | undefined {
  const trimmed = text.trim().toLowerCase();
  const epoch = /^@(-?\d+(?:\.\d+)?)$/.exec(trimmed);
  if (epoch !== null) return Number(epoch[1]) * 1000;
  if (trimmed === '' || trimmed === 'now' || trimmed === 'today') return now;
  if (trimmed === 'yesterday') return now - 864e5;
  if (trimmed === 'tomorrow') return now + 864e5;
  const relative = /^([-+]?\d+|next|last)\s*([a-z]+?)s?(\s+ago)?$/.exec(trimmed);
  if (relative !== null) {
    const [, amount = '', unit = '', ago] = relative;
    const count = (amount === 'next' ? 1 : amount === 'last' ? -1 : Number(amount)) * (ago === undefined ? 1 : -1);
    if (unit === 'month' || unit === 'year') {
      const date = new Date(now);
      if (unit === 'month') date.setMonth(date.getMonth() + count);
      else date.setFullYear(date.getFullYear() + count);
      return date.getTime();
    }
    const factor = UNITS[unit];
    if (factor !== undefined) return now + count * factor;
  }
  const iso = /^(\d{4})-(\d\d?)-(\d\d?)(?:[t ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(z|utc|gmt|[-+]\d\d:?\d\d)?$/.exec(trimmed);
  if (iso !== null) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone] = iso;
    const numbers = [
      Number(year),
      Number(month) - 1,
      Number(day),
      Number(hour),
      Number(minute),
      Number(second),
      Number(`0.${fraction}`) * 1000,
    ] as const;
    if (zone === undefined) return new Date(...numbers).getTime();
    const offset = /^([-+])(\d\d):?(\d\d)$/.exec(zone);
    const minutes = offset === null ? 0 : (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]));
    return Date.UTC(...numbers) - minutes * 60_000;
  }
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}

import { command } from '../command/command.ts';
import { formatDate, parseDate } from '../command/date-text.ts';
import { quoteName } from '../command/quote-name.ts';
import { stat } from '../command/stat.ts';
import { strerror } from '../errno.ts';

const ISO: Record<string, string> = {
  '': '%Y-%m-%d',
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H%:z',
  minutes: '%Y-%m-%dT%H:%M%:z',
  seconds: '%Y-%m-%dT%H:%M:%S%:z',
  ns: '%Y-%m-%dT%H:%M:%S,%N%:z',
};

export const date = command('date', (io) => {
  const options = io.options({
    short: 'ud:r:IR',
    long: { utc: 'u', universal: 'u', date: 'd:', reference: 'r:', 'iso-8601': 'iso?', 'rfc-email': 'R', 'rfc-3339': 'rfc:' },
  });
  const reference = options.value('r');
  let when = Date.now();
  if (reference !== undefined) {
    const found = stat(io.system, reference);
    if (typeof found === 'number') return io.fail(`${reference}: ${strerror(found)}`);
    when = found.mtime;
  }
  const text = options.value('d');
  if (text !== undefined) {
    const parsed = parseDate(text);
    if (parsed === undefined) return io.fail(`invalid date ${quoteName(text)}`);
    when = parsed;
  }
  const [operand] = options.operands;
  if (operand !== undefined && !operand.startsWith('+')) return io.fail('cannot set date: Operation not permitted');
  const iso = options.value('I') ?? options.value('iso');
  const rfc = options.value('rfc');
  let format = operand?.slice(1) ?? '%a %b %e %H:%M:%S %Z %Y';
  if (iso !== undefined) format = ISO[iso] ?? io.fail(`invalid argument ${quoteName(iso)} for '--iso-8601'`);
  else if (rfc !== undefined) format = rfc === 'date' ? '%Y-%m-%d' : rfc === 'ns' ? '%Y-%m-%d %H:%M:%S.%N%:z' : '%Y-%m-%d %H:%M:%S%:z';
  else if (options.has('R')) format = '%a, %d %b %Y %H:%M:%S %z';
  io.print(`${formatDate(format, when, options.has('u'))}\n`);
  return 0;
});

const { attempt } = require('../attempt.cjs');
for (const zone of ['America/New_York', 'Asia/Kolkata', 'UTC', 'Pacific/Apia', 'Europe/London']) {
  process.env.TZ = zone;
  const winter = new Date(Date.UTC(2024, 0, 15, 12, 30, 45, 678));
  const summer = new Date(2024, 6, 4, 23, 59, 58, 7);
  attempt(
    () => [String(winter), winter.toDateString(), winter.toTimeString(), winter.toISOString(), JSON.stringify(winter)],
    () => [summer.toISOString(), String(summer), summer.getTimezoneOffset(), summer.getDay(), summer.getYear(), summer.getMilliseconds()],
    () => [winter.toLocaleString('en-US'), winter.toLocaleDateString('de-DE'), winter.toLocaleTimeString('en-GB')],
    () => [new Date('2024-03-01').toISOString(), new Date('2024-03-01T00:00').toISOString(), new Date('March 7, 2024 10:00').toISOString(), new Date('2024-03-01T00:00Z').toISOString(), new Date('Thu, 01 Jan 1970 00:00:00 GMT+0200').toISOString()],
    () => [Date.parse('2024-01-01T00:00:00'), Date.parse('2024/01/01'), Date.parse('nonsense'), Date.UTC(2024, 0)],
    () => {
      const date = new Date(2024, 0, 31, 10);
      return [date.setMonth(1), date.setHours(5, 6, 7, 8), date.setDate(0), date.setFullYear(2020, 1, 29), date.setMinutes(90), date.setSeconds(-1), date.setYear(99), date.setMilliseconds(5)];
    },
    () => [new Date(2024, 2, 10, 2, 30).toISOString(), new Date(2024, 10, 3, 1, 30).toISOString(), new Date(2024, 9, 27, 1, 30).toISOString(), new Date(2024, 2, 31, 1, 30).toISOString(), new Date(2011, 11, 30, 12).toISOString(), new Date(1900, 0, 1).toISOString(), new Date(0, 0).getFullYear()],
    () => [new Date(NaN).getHours(), String(new Date(NaN)), new Date(NaN).setHours(1), new Date(undefined).getTime(), new Date(null).getTime(), new Date(true).getTime()],
    () => [new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'long' }).format(winter), Intl.DateTimeFormat('en-US', { hour: 'numeric', timeZone: 'Asia/Tokyo' }).format(winter)],
    () => [new Date(winter).getTime() === winter.getTime(), new Date(String(winter)).getTime(), typeof Date(), winter instanceof Date, winter.constructor === Date, Date.name, Date.length, String(Date), Object.prototype.toString.call(winter)],
  );
}
class Own extends Date {
  shown() {
    return this.getHours();
  }
}
console.log(new Own(2024, 0, 1, 7).shown(), new Own(0).shown(), new Own(0) instanceof Date, structuredClone(new Date(0)).getHours(), require('node:util').inspect(new Date(0)));
process.env.TZ = 'No/Such';
console.log(new Date(2024, 5, 1).toISOString(), new Date(0).getHours());
delete process.env.TZ;

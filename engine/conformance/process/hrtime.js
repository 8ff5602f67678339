const before = process.hrtime();
const big = process.hrtime.bigint();
const [seconds, nanoseconds] = process.hrtime(before);
console.log(seconds, nanoseconds > 0, typeof big, process.hrtime.bigint() > big, process.uptime() > 0);
console.log(Object.keys(process.memoryUsage()), typeof process.memoryUsage.rss(), Object.keys(process.cpuUsage()));
console.log(Object.keys(process.resourceUsage()).length);

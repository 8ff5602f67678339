const before = process.cpuUsage(); const started = process.hrtime.bigint();
setTimeout(() => {
  const idle = process.cpuUsage(before); const waited = Number(process.hrtime.bigint() - started) / 1000;
  console.log(idle.user + idle.system < waited / 2, waited >= 299_000, Object.keys(idle));
  const mark = process.cpuUsage(); const until = performance.now() + 120; while (performance.now() < until);
  const busy = process.cpuUsage(mark); console.log(busy.user + busy.system > 20_000, process.uptime() > 0.4, process.uptime() < 60);
  console.log(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length); setTimeout(() => {}, 1); setImmediate(() => {});
  console.log(process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap' && name !== 'FSReqCallback'));
}, 300);

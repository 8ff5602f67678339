const { performance } = require('node:perf_hooks');
const before = performance.nodeTiming.uvMetricsInfo; console.log(Object.keys(before), before.events);
let left = 3; const next = () => {
  if (left-- > 0) return void setTimeout(next, 2);
  const { loopCount, events, eventsWaiting } = performance.nodeTiming.uvMetricsInfo; console.log(loopCount >= before.loopCount + 3, loopCount < 1000, events >= 0, eventsWaiting >= 0);
};
next();

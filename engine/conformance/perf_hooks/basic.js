const { performance, PerformanceObserver, monitorEventLoopDelay, createHistogram, eventLoopUtilization } = require('node:perf_hooks');
const histogram = createHistogram(); for (const value of [1, 5, 5, 100]) histogram.record(value);
console.log(histogram.min, histogram.max, histogram.mean, histogram.count, histogram.percentile(50), histogram.exceeds, histogram.stddev.toFixed(3), histogram.percentiles);
histogram.reset(); console.log(histogram.count, histogram.min, histogram.max); histogram.recordDelta(); console.log(histogram.countBigInt);
const observer = new PerformanceObserver((list) => { for (const entry of list.getEntries()) console.log(entry.entryType, entry.name, entry.detail); observer.disconnect(); }); observer.observe({ entryTypes: ['mark', 'measure'] });
performance.mark('a', { detail: 5 }); performance.mark('b'); const measure = performance.measure('a to b', 'a', 'b'); console.log(measure.duration >= 0, performance.getEntriesByName('a').length, performance.now() > 0, performance.timeOrigin > 1e12);
console.log(Object.keys(performance.toJSON()), Object.keys(performance.nodeTiming.toJSON()), Object.keys(eventLoopUtilization()), typeof performance.timerify(() => {}));
const delay = monitorEventLoopDelay({ resolution: 5 }); console.log(delay.enable(), delay.enable()); setTimeout(() => { console.log(delay.disable(), delay.count > 0, delay.max > 0); }, 60);

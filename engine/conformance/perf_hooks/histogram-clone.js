const { createHistogram } = require('node:perf_hooks'); const h = createHistogram(); h.record(5); console.log(structuredClone(h).count);

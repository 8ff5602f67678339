const { createHistogram } = require('node:perf_hooks'); const h = createHistogram(); h.record(5); console.log(h.toJSON(), createHistogram(), structuredClone(h).count);

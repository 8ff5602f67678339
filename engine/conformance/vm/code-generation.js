const vm = require('node:vm'); const { attempt } = require('../attempt.cjs'); attempt(() => vm.runInNewContext('eval("1")', {}, { contextCodeGeneration: { strings: false } }));

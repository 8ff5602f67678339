const vm = require('node:vm'); const { attempt } = require('../attempt.cjs'); attempt(() => vm.compileFunction('}', []), () => String(vm.compileFunction('return 1', ['a'])));

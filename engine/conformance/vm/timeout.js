const vm = require('node:vm'); try { vm.runInNewContext('while (true) {}', {}, { timeout: 50 }); } catch (error) { console.log(error.code, error.message); }

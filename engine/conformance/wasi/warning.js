const { WASI } = require('node:wasi'); console.log(typeof WASI);

const { attempt } = require('../attempt.cjs'); attempt(() => new Buffer(3).length, () => Buffer('ab'), () => new Buffer([1]), () => new Buffer(5, 'hex'), () => new Buffer());

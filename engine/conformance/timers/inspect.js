const timer = setTimeout(function named() {}, 50);
console.log(require('node:util').inspect(timer).replace(/_idleStart: \d+/, '_idleStart: N').replace(/(asyncId\)\]|triggerId\)\]|Symbol\(\w+\)): \d+/g, '$1: N'));
clearTimeout(timer);

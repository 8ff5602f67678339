// node: --no-warnings
process.emitWarning('not shown');
console.log('shown');

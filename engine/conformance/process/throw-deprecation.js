// node: --throw-deprecation
process.emitWarning('old', 'DeprecationWarning', 'DEP9999');

// node: --trace-deprecation
process.emitWarning('traced', 'DeprecationWarning', 'DEP_OWN');

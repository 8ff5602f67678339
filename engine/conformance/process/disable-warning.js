// node: --disable-warning=DEP_OWN --disable-warning=ExperimentalWarning
process.emitWarning('hidden', 'DeprecationWarning', 'DEP_OWN'); process.emitWarning('also hidden', 'ExperimentalWarning'); process.emitWarning('seen', 'DeprecationWarning', 'DEP_OTHER'); process.on('warning', (w) => console.log(w.message));

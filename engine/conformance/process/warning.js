process.on('warning', (warning) => console.log(warning.name, warning.message, warning.code));
process.emitWarning('look out');
process.emitWarning('old', 'DeprecationWarning', 'DEP9999');
process.emitWarning('with detail', { type: 'Special', code: 'S1', detail: 'more text' });
process.emitWarning(Object.assign(new Error('an error'), { name: 'Custom' }));

console.log(process.features);
console.log(process.config.variables !== undefined, process.allowedNodeEnvironmentFlags.has('--max-old-space-size'), process.allowedNodeEnvironmentFlags.size > 100);
console.log(process.getBuiltinModule('fs') === require('fs'), process.getBuiltinModule('nope'));
console.log(process.umask().toString(8), process.getuid(), process.geteuid(), process.getgid(), process.getgroups().length > 0);

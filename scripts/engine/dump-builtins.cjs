// Runs under the pinned Node: prints { id: source } of every module of Node's library.
'use strict';
const natives = process.binding('natives');
/** @type {Record<string, string>} */
const builtins = {};
// "config" is the build configuration (see process.config in the dumps), not a module.
for (const id of Object.keys(natives).sort()) if (id !== 'config') builtins[id] = natives[id];
process.stdout.write(JSON.stringify(builtins));

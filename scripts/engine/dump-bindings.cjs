// Runs under the pinned Node with --expose-internals: prints what every internalBinding exposes as plain data.
//
// Encoding: JSON values stand for themselves; what JSON cannot say is a one-key-tagged object:
//   {"$undefined":true}  {"$number":"NaN"}  {"$bigint":"1"}  {"$symbol":"description"}  {"$map":[[k,v]…]}  {"$set":[…]}
//   {"$typedArray":"Float64Array","length":n}  {"$arrayBuffer":n}  {"$external":true}  {"$circular":true}
//   {"$function":name,"length":n[,"static":{…}][,"prototype":{…},"parent":name]}     prototype is there for constructors
//   {"$getter":true[,"setter":true]}
// Keys that end in "()" hold what a call of that function returned.
'use strict';
const { types } = require('node:util');
const { internalBinding } = require('internal/test/binding');

/** Host state (times, ids, buffers) has no place in a dump: typed arrays give their type and length only. */
function encode(value, seen = new Set(), depth = 0) {
  switch (typeof value) {
    case 'undefined':
      return { $undefined: true };
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $bigint: String(value) };
    case 'symbol':
      return { $symbol: value.description ?? '' };
    case 'string':
    case 'boolean':
      return value;
    default:
  }
  if (value === null) return null;
  if (seen.has(value) || depth > 12) return { $circular: true };
  const inner = new Set(seen).add(value);
  const next = (item) => encode(item, inner, depth + 1);
  if (typeof value === 'function') return encodeFunction(value, inner, depth);
  // By brand, not instanceof: Node's own library hands out maps whose prototype it has replaced.
  if (types.isMap(value)) return { $map: [...Map.prototype.entries.call(value)].map(([key, item]) => [next(key), next(item)]) };
  if (types.isSet(value)) return { $set: [...Set.prototype.values.call(value)].map(next) };
  if (ArrayBuffer.isView(value)) return { $typedArray: value.constructor.name, length: value.length ?? value.byteLength };
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return { $arrayBuffer: value.byteLength };
  if (Array.isArray(value)) return value.map(next);
  if (types.isExternal(value)) return { $external: true };
  return encodeProperties(value, inner, depth);
}

function encodeProperties(object, seen, depth, skip = []) {
  const result = {};
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if (skip.includes(key)) continue;
    result[key] =
      'value' in descriptor
        ? encode(descriptor.value, seen, depth + 1)
        : { $getter: true, ...(descriptor.set === undefined ? {} : { setter: true }) };
  }
  for (const key of Object.getOwnPropertySymbols(object)) {
    if (key === Symbol.toStringTag) result['Symbol(Symbol.toStringTag)'] = String(object[key]);
  }
  return result;
}

function encodeFunction(fn, seen, depth) {
  const result = { $function: fn.name, length: fn.length };
  const own = encodeProperties(fn, seen, depth, ['length', 'name', 'prototype', 'arguments', 'caller']);
  if (Object.keys(own).length > 0) result.static = own;
  if (fn.prototype !== undefined && fn.prototype !== null) {
    const members = encodeProperties(fn.prototype, seen, depth, ['constructor']);
    const parent = Object.getPrototypeOf(fn)?.name;
    result.prototype = members;
    if (parent) result.parent = parent;
  }
  return result;
}

const sources = process.binding('natives');
const names = new Set(process.moduleLoadList.filter((line) => line.startsWith('Internal Binding ')).map((line) => line.slice(17)));
for (const source of Object.values(sources)) {
  if (typeof source !== 'string') continue;
  for (const match of source.matchAll(/internalBinding\('(\w+)'\)/g)) names.add(match[1]);
}

const bindings = {};
const missing = {};
for (const name of [...names].sort()) {
  try {
    const binding = internalBinding(name);
    bindings[name] = encodeProperties(binding, new Set(), 0, name === 'builtins' ? ['natives'] : []);
  } catch (error) {
    missing[name] = error.message;
  }
}

/** Functions whose results are constants of the build, not of the machine. */
const CALLS = {
  uv: ['getErrorMap'],
  options: [
    'getCLIOptionsValues',
    'getCLIOptionsInfo',
    'getOptionsAsFlags',
    'getEmbedderOptions',
    'getEnvOptionsInputType',
    'getNamespaceOptionsInputType',
  ],
  config: ['getDefaultLocale'],
  builtins: ['hasCachedBuiltins'],
  trace_events: ['getEnabledCategories'],
  crypto: ['getHashes', 'getCiphers', 'getSSLCiphers', 'getCurves', 'getRootCertificates', 'getFipsCrypto'],
};
for (const [name, functions] of Object.entries(CALLS)) {
  if (bindings[name] === undefined) continue;
  for (const fn of functions) {
    const target = internalBinding(name)[fn];
    if (typeof target !== 'function') continue;
    // Certificates are large and not constants of Node's interface: their number is enough to know what to provide.
    bindings[name][`${fn}()`] = fn === 'getRootCertificates' ? target().length : encode(target());
  }
}
// The flag that made this dump possible is not the engine's.
for (const key of ['getCLIOptionsValues()', 'getOptionsAsFlags()']) {
  const dump = bindings.options?.[key];
  if (Array.isArray(dump)) bindings.options[key] = dump.filter((flag) => !/expose-internals|no-warnings/.test(flag));
  else if (dump?.$map) {
    for (const entry of dump.$map) {
      if (entry[0] === '--expose-internals') entry[1] = false;
      if (entry[0] === '--warnings') entry[1] = true;
    }
  } else if (dump) {
    if ('--expose-internals' in dump) dump['--expose-internals'] = false;
    if ('--warnings' in dump) Object.assign(dump, { '--warnings': true, '--no-warnings': false });
    if ('--no-expose-internals' in dump) dump['--no-expose-internals'] = true;
  }
}

const sharedConfig = JSON.parse(JSON.stringify(process.config));
const dumps = {
  node: process.version.slice(1),
  platform: process.platform,
  arch: process.arch,
  bindings,
  missing,
  process: {
    versions: { ...process.versions },
    release: { ...process.release },
    config: sharedConfig,
    features: encode({ ...process.features }),
    allowedNodeEnvironmentFlags: [...process.allowedNodeEnvironmentFlags],
    ownKeys: Object.getOwnPropertyNames(process),
    prototypeKeys: Object.getOwnPropertyNames(Object.getPrototypeOf(process)),
  },
  globals: Object.getOwnPropertyNames(globalThis),
  builtinModules: require('node:module').builtinModules,
};
process.stdout.write(JSON.stringify(dumps));

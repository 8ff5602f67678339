// Constants cannot be changed or deleted; the objects that hold them can be added to.
'use strict';
const constants = { os: require('node:os').constants, fs: require('node:fs').constants, crypto: require('node:crypto').constants, zlib: require('node:zlib').constants };
const { signals, errno, priority } = constants.os;
for (const [name, group] of Object.entries({ ...constants, signals, errno, priority })) {
  for (const [key, value] of Object.entries(group).slice(0, 4)) {
    const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(group, key);
    console.log(name, key, typeof value, writable, enumerable, configurable);
  }
  console.log(name, Object.isFrozen(group), Object.isExtensible(group));
}
try {
  constants.zlib.Z_OK = 1;
} catch (error) {
  console.log(error.name, error.message);
}

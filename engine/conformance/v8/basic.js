const v8 = require('node:v8');
console.log(v8.deserialize(v8.serialize({ a: [1, 'é', new Map([[1, new Date(0)]])], b: Buffer.from('x') })), v8.serialize([1, 'text', { a: null }]).toString('hex'));
console.log(Object.keys(v8.getHeapStatistics()), v8.getHeapSpaceStatistics().map(({ space_name }) => space_name), Object.keys(v8.getHeapCodeStatistics()), typeof v8.getHeapStatistics().heap_size_limit);
const serializer = new v8.DefaultSerializer(); serializer.writeHeader(); serializer.writeValue(new Uint8Array([1, 2])); serializer.writeUint32(7); const bytes = serializer.releaseBuffer(); const deserializer = new v8.DefaultDeserializer(bytes); deserializer.readHeader(); console.log(deserializer.readValue(), deserializer.readUint32());
try { v8.serialize(() => {}); } catch (error) { console.log(error.name, error.message); } try { v8.deserialize(Buffer.from('zz')); } catch (error) { console.log(error.name, error.message); }
console.log(v8.cachedDataVersionTag() > 0, v8.startupSnapshot.isBuildingSnapshot(), v8.isStringOneByteRepresentation?.('é'));

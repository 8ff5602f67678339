const map = new Map([['a', [1, 2]], ['b', [3, 4]], ['c', [5, 6]]]);
const [values, entries, keys] = [map.values(), map.entries(), map.keys()]; values.next();
console.log(values, entries, keys, values); console.log([...values], [...keys], entries.next(), entries, [...entries], entries, values.next());
const set = new Set([[1, 2], 'x']); const pairs = set.entries(); console.log(pairs, set.values(), set.entries().next(), map[Symbol.iterator]() );
for (const [key, value] of map) console.log(key, value);
console.table(map.entries()); console.table(map.values()); console.table(set.values());
console.log(Map.prototype.entries === Map.prototype[Symbol.iterator], `${Map.prototype.entries}`, Map.prototype.entries.name, Set.prototype.keys === Set.prototype.values, new Map().entries(), new Map().values());
const fresh = map.keys(); console.log(Object.keys(fresh), fresh.next.name, fresh[Symbol.toStringTag], JSON.stringify([...new Map(map.entries())]));
try { map.entries.call({}); } catch (error) { console.log(error.message); } try { fresh.next.call({}); } catch (error) { console.log(error.message); }

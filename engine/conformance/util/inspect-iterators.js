console.log([1, 2][Symbol.iterator](), new Map([[1, 'a'], [2, 'b']]).entries(), new Set(['x']).values(), new Map([[1, 2]]).keys(), 'str'[Symbol.iterator](), 'a1'.matchAll(/\d/g));
const iterator = new Set([1, 2, 3]).values(); iterator.next(); console.log(iterator, iterator.next());
const entries = new Map([['a', 1], ['b', 2]]).entries(); entries.next(); console.log(entries);
function* generator() { yield 1; } console.log(generator(), generator);
console.log(Iterator.from([1]).map((x) => x));

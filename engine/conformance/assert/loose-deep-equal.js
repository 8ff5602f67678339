// Loose comparison: arrays, own properties that are no index, symbols, what is not enumerable.
const assert = require('node:assert');

const check = (name, actual, expected) => {
  try {
    assert.deepEqual(actual, expected);
    console.log(name, 'equal');
  } catch (error) {
    console.log(name, error.code, error.message.split('\n')[0]);
  }
};
const withProperty = (array, key, descriptor) => Object.defineProperty(array, key, { value: 1, configurable: true, ...descriptor });

check('strings', ['a', 'π', '🌐'], ['a', 'π', '🌐']);
check('numbers', [1, '2'], ['1', 2]);
check('nested', [[1], { a: ['x'] }], [[1], { a: ['x'] }]);
check('holes', [1, , 3], [1, undefined, 3]);
check('one more', [1], [1, 2]);
check('a property more', withProperty([1], 'name', { enumerable: true }), [1]);
check('the same property', withProperty([1], 'name', { enumerable: true }), withProperty([1], 'name', { enumerable: true }));
check('a hidden property', withProperty([1], 'name', { enumerable: false }), [1]);
check('a symbol', withProperty([1], Symbol('s'), { enumerable: true }), [1]);
check('sets', new Set([1, ['a']]), new Set([['a'], 1]));
check('maps', new Map([['k', [1]]]), new Map([['k', ['1']]]));

'use strict';
// What stack frames call methods: the receiver's type comes before names that only begin like it.
const frame = (error) => error.stack.split('\n')[1].replace(/ \(.*/, '');

class process2 {
  process2Ticks() {
    return frame(new Error('here'));
  }
  run() {
    return frame(new Error('here'));
  }
}
class Box {}
Box.prototype.BoxOpened = function BoxOpened() {
  return frame(new Error('here'));
};
Box.prototype.other = Box.prototype.BoxOpened;
const plain = {
  Objectify() {
    return frame(new Error('here'));
  },
};
console.log(new process2().process2Ticks(), new process2().run(), new Box().BoxOpened(), new Box().other(), plain.Objectify());
process.nextTick(() => {
  const tick = new Error('tick').stack.split('\n').find((line) => line.includes('processTicks'));
  console.log(tick.replace(/:\d+:\d+\)/, ')'));
});
setImmediate(() => {
  const immediate = new Error('immediate').stack.split('\n').find((line) => line.includes('processImmediate'));
  console.log(immediate.replace(/:\d+:\d+\)/, ')'));
});

try {
  require('node:fs').readFileSync('/');
} catch (error) {
  console.log(error.stack.includes(__filename));
}

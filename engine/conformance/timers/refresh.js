const timer = setTimeout(() => console.log('fired'), 5);
console.log(timer.refresh() === timer, typeof timer[Symbol.toPrimitive](), timer.close() === timer);
const again = setTimeout(() => { console.log('again'); if (!again.done) { again.done = true; again.refresh(); } }, 2);
using disposed = setTimeout(() => console.log('never'), 1);

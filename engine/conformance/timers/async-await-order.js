async function one() { console.log('one start'); await two(); console.log('one end'); }
async function two() { console.log('two'); }
(async () => { await one(); console.log('all'); })();
new Promise((resolve) => { console.log('executor'); resolve(); }).then(() => console.log('then 1')).then(() => console.log('then 2'));
console.log('sync');

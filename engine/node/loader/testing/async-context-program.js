// Prints to `out` what AsyncLocalStorage holds at every turn. `ALS` is the class; run as the body of a function.
const log = (...a) => out.push(a.join(' '));
const sleep = (ms) => new Promise(r => setTimeout(r, ms));
const als = new ALS(), als2 = new ALS();
const g = (t) => log(t, als.getStore(), als2.getStore());
async function inner(n) { g('inner0 ' + n); await null; g('inner1 ' + n); als.enterWith('entered' + n); g('inner2 ' + n); await null; g('inner3 ' + n); return n; }
async function thrower() { await null; throw new Error('x'); }
class C { #p = 1; async m() { await null; g('m'); return this.#p; } static async s() { return await new C().m(); } get async() { return 1 } async *gen() { for (let i = 0; i < 3; i++) { g('gen' + i); yield i; g('gen after' + i); await null; } } }
async function main() {
  g('start');
  await als.run('A', async () => {
    g('run0'); await inner(1); g('run1');
    await als2.run('B', async () => { await null; g('b'); await sleep(1); g('b2'); });
    g('run2');
    try { await thrower(); } catch (e) { g('catch'); await null; g('catch2'); } finally { g('finally'); await null; g('finally2'); }
    try { als.enterWith('Z'); throw 1 } catch { g('sync catch'); }
    for await (const x of [1, Promise.resolve(2)]) { g('for' + x); als.enterWith('loop' + x); await null; g('for after' + x); }
    g('loop end');
    for await (const x of new C().gen()) { g('consume' + x); if (x === 1) break; als2.enterWith('L' + x); }
    g('gen end');
    outer: for await (const x of new C().gen()) { for (const y of [1, 2]) { if (y === 2) continue outer; g('lab' + x + y); } }
    g('lab end');
    const r = await Promise.all([inner(2), inner(3), C.s()]); g('all ' + r);
    Promise.resolve().then(() => g('then')).then(() => { als.enterWith('T'); g('then2'); }).then(() => g('then3')).catch(() => {}).finally(() => g('fin'));
    await sleep(2); g('slept');
    await { then(f) { g('thenable'); f(5); } }; g('after thenable');
    const arrow = async x => await x + await inner(4); g('arrow ' + typeof await arrow(1));
    async function* delegate() { yield* new C().gen(); g('delegated'); yield* [1, 2]; g('delegated2'); }
    const it = delegate(); await it.next(); als.run('NEXT', () => it.next()); await it.next(); g('x'); for await (const v of it) g('d' + v);
    await (async () => { try { for await (const x of (async function* () { yield 1; throw new Error('q') })()) g('thr'); } catch (e) { g('caught ' + e.message); } })();
    setTimeout(() => g('timer'), 1); queueMicrotask(() => g('qm'));
  });
  g('end'); await sleep(5); g('end2');
  als.run('P', () => new Promise(r => setTimeout(r, 1)).then(() => g('P then')));
  await sleep(10);
}
return main().then(() => out);

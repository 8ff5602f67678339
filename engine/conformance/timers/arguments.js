setTimeout((...args) => console.log('timeout', args), 1, 1, 2, 3);
setImmediate((...args) => console.log('immediate', args), 'a');
for (const bad of [undefined, null, 'text']) try { setTimeout(bad); } catch (error) { console.log(error.code); }
for (const delay of [NaN, -1, 2 ** 31, '2', Infinity]) { const timer = setTimeout(() => {}, delay); console.log(timer._idleTimeout); clearTimeout(timer); }

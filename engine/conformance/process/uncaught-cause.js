function outer() { try { inner(); } catch (error) { throw new Error('outer failed', { cause: error }); } }
function inner() { throw Object.assign(new TypeError('inner failed'), { code: 'E_INNER' }); }
outer();

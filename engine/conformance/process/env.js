process.env.NUMBER = 5;
process.env.FLAG = true;
console.log(process.env.NUMBER, typeof process.env.FLAG, 'NUMBER' in process.env, process.env.MISSING);
delete process.env.NUMBER;
console.log(process.env.NUMBER, Object.keys(process.env).includes('FLAG'), JSON.stringify({ ...process.env }).includes('FLAG'));
try { process.env[Symbol('s')] = 'x'; } catch (error) { console.log(error.name, error.message); }
try { Object.defineProperty(process.env, 'A', { get() {} }); } catch (error) { console.log(error.code); }

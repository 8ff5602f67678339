const fs = require('node:fs'), path = require('node:path'), os = require('node:os');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'sync-')); const at = (name) => path.join(dir, name);
fs.writeFileSync(at('a.txt'), 'hello'); fs.appendFileSync(at('a.txt'), ' wörld'); console.log(fs.readFileSync(at('a.txt'), 'utf8'), fs.readFileSync(at('a.txt')), fs.statSync(at('a.txt')).size, fs.existsSync(at('b')));
fs.mkdirSync(at('d/e/f'), { recursive: true }); fs.renameSync(at('a.txt'), at('d/b.txt')); fs.copyFileSync(at('d/b.txt'), at('c.txt')); console.log(fs.readdirSync(dir, { recursive: true }).sort(), fs.readdirSync(at('d'), { withFileTypes: true }).map((e) => [e.name, e.isDirectory(), e.isFile()]));
fs.truncateSync(at('c.txt'), 3); console.log(fs.readFileSync(at('c.txt'), 'latin1')); fs.unlinkSync(at('c.txt')); fs.accessSync(dir); console.log(fs.mkdirSync(at('x/y'), { recursive: true }) === at('x'));
const fd = fs.openSync(at('fd'), 'w+'); console.log(fs.writeSync(fd, 'abcdef'), fs.writeSync(fd, Buffer.from('XY'), 0, 2, 2), fs.readSync(fd, Buffer.alloc(3), 0, 3, 1), fs.fstatSync(fd).size, fs.readvSync(fd, [Buffer.alloc(2), Buffer.alloc(2)], 0), fs.writevSync(fd, [Buffer.from('1'), Buffer.from('2')])); fs.ftruncateSync(fd, 2); fs.fsyncSync(fd); fs.closeSync(fd); console.log(fs.readFileSync(at('fd'), 'utf8'));
fs.rmSync(dir, { recursive: true }); console.log(fs.existsSync(dir));

const ok = process.stdout.write('text\n', () => console.log('written'));
console.log(ok, process.stdout.isTTY, process.stdout.writable, process.stdout.fd);
process.stderr.write('to stderr\n');
process.stdout.write(Buffer.from('bytes\n'));
process.stdout.write('c3a4', 'hex');
process.stdout.write('\n');
try { process.stdout.write(5); } catch (error) { console.log(error.code, error.message); }

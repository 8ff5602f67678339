function inner() {
  throw new TypeError('it broke');
}
process.on('exit', (code) => console.log('exit', code));
inner();

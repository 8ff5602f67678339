// input: "first line\nsecond ä\n"
process.stdin.setEncoding('utf8');
process.stdin.once('data', (text) => {
  console.log(JSON.stringify(text), process.stdin.isTTY, process.stdin.fd);
  process.stdin.destroy();
});

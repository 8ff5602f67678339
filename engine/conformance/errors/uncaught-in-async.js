async function main() {
  await null;
  throw new Error('from async');
}
main();

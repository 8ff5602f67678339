// One target in a process of its own: node scripts/fuzz/run.mjs <target> <count> <seed>. Prints JSON, or the seed of the input that broke it.
import { fuzz } from './fuzz.mjs';

const [name = '', count = '0', seed = '0'] = process.argv.slice(2);
try {
  console.log(JSON.stringify(await fuzz(name, Number(count), Number(seed))));
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}

const { BroadcastChannel } = require('node:worker_threads');
const one = new BroadcastChannel('news');
const two = new BroadcastChannel('news');
const other = new BroadcastChannel('other');
other.onmessage = () => console.log('never');
other.unref();
two.onmessage = ({ data }) => {
  console.log('news', data);
  one.close();
  two.close();
  other.close();
};
one.postMessage({ hello: 'world' });
try {
  one.postMessage(() => {});
} catch (error) {
  console.log(error.name, error.message);
}

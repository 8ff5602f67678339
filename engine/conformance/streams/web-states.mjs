import { inspect } from 'node:util';
const log = []; const note = (name) => (value) => log.push([name, value instanceof Error ? value.message : value]);
const writable = new WritableStream({ write: (chunk) => new Promise((done) => setTimeout(done, 2, chunk)), abort: note('abort') }, { highWaterMark: 1 });
const writer = writable.getWriter(); console.log(inspect(writer.ready), inspect(writer.closed), writer.desiredSize);
const first = writer.write(1); console.log(inspect(writer.ready), writer.desiredSize); await first; await writer.ready; console.log(inspect(writer.ready));
const second = writer.write(2); second.catch(note('write')); writer.ready.catch(note('ready')); writer.closed.catch(note('closed')); await writer.abort(new Error('stop')); await second.catch(() => {});
writer.releaseLock(); writer.closed.catch(note('released')); await new Promise((done) => setTimeout(done, 5)); console.log(log, inspect(writable).split('\n')[0]);
const readable = new ReadableStream({ start(controller) { controller.enqueue('a'); controller.close(); } }); const reader = readable.getReader(); console.log(inspect(reader.closed)); console.log(await reader.read(), await reader.read()); await reader.closed; console.log(inspect(reader.closed)); reader.releaseLock(); await reader.closed.catch((error) => console.log(error.message));

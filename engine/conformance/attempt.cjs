// What many scripts need: to print what a function gives, or how it fails, and a folder of their own to work in.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

let folder;
const shorten = (text) => (folder === undefined ? String(text) : String(text).replaceAll(folder, '/folder'));

const describe = (error) => {
  if (!Error.isError(error)) return ['thrown', error];
  const random = error.syscall === 'mkdtemp' ? (text) => shorten(text).replace(/[0-9A-Za-z]{6}('?)$/, 'XXXXXX$1') : shorten;
  const own = ['errno', 'syscall', 'path', 'dest', 'address', 'hostname']
    .filter((key) => error[key] !== undefined)
    .map((key) => `${key}=${random(error[key])}`);
  return [random(`${error.name} [${error.code}] ${error.message}`), ...own];
};

exports.describe = describe;
exports.shorten = shorten;

/** Calls each function; functions that give promises belong to attemptAsync. */
exports.attempt = (...functions) => {
  for (const work of functions) {
    try {
      console.log(work());
    } catch (error) {
      console.log(...describe(error));
    }
  }
};

exports.attemptAsync = async (...functions) => {
  for (const work of functions) {
    try {
      console.log(await work());
    } catch (error) {
      console.log(...describe(error));
    }
  }
};

/** Goes to a fresh folder that is removed at the end, so that messages show the paths that the script named. */
exports.enterFolder = (files = {}) => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'conformance-')));
  process.chdir(folder);
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(name), { recursive: true });
    fs.writeFileSync(name, content);
  }
  process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
};

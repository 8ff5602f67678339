/**
 * @typedef {object} RunArguments
 * @property {string | null} mount
 * @property {string | undefined} cwd
 * @property {string | null} script
 * @property {Array<{ path: string, folder: string }>} exports
 * @property {Record<string, string>} env
 * @property {boolean} tty
 * @property {boolean} stdin
 * @property {string | null} server
 * @property {number} timeout
 * @property {boolean} quiet
 * @property {boolean} keep
 * @property {boolean} keepGoing
 * @property {string | null} profile
 * @property {string[]} command
 */

/** @param {readonly string[]} args @returns {RunArguments} */
export function parseArguments(args) {
  /** @type {RunArguments} */
  const options = {
    mount: null,
    cwd: undefined,
    script: null,
    exports: [],
    env: {},
    tty: false,
    stdin: false,
    server: null,
    timeout: 600,
    quiet: false,
    keep: false,
    keepGoing: false,
    profile: null,
    command: [],
  };
  let at = 0;
  const value = (/** @type {string} */ name) => {
    const next = args[++at];
    if (next === undefined) throw new Error(`${name} needs a value.`);
    return next;
  };
  for (; at < args.length; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') {
      at++;
      break;
    }
    if (!arg.startsWith('--')) break;
    switch (arg) {
      case '--mount':
        options.mount = value(arg);
        break;
      case '--cwd':
        options.cwd = value(arg);
        break;
      case '--profile':
        options.profile = value(arg);
        break;
      case '--script':
        options.script = value(arg);
        break;
      case '--export':
        options.exports.push({ path: value(arg), folder: value(arg) });
        break;
      case '--env': {
        const entry = value(arg);
        options.env[entry.slice(0, entry.indexOf('='))] = entry.slice(entry.indexOf('=') + 1);
        break;
      }
      case '--server':
        options.server = value(arg);
        break;
      case '--timeout':
        options.timeout = Number(value(arg));
        break;
      case '--tty':
        options.tty = true;
        break;
      case '--stdin':
        options.stdin = true;
        break;
      case '--quiet':
        options.quiet = true;
        break;
      case '--keep':
        options.keep = true;
        break;
      case '--keep-going':
        options.keepGoing = true;
        break;
      default:
        throw new Error(`Unknown option ${arg}.`);
    }
  }
  options.command = args.slice(at);
  return options;
}

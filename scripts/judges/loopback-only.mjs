// Preloaded into judges ("node --import"): they reach this machine and nothing else.
import { Socket } from 'node:net';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);
const { connect } = Socket.prototype;

Socket.prototype.connect = /** @type {typeof connect} */ (
  /** @this {Socket} @param {unknown[]} args */
  function loopbackConnect(...args) {
    const [first] = /** @type {[unknown]} */ (Array.isArray(args[0]) ? args[0] : args);
    const options = /** @type {{ host?: string, path?: string }} */ (
      typeof first === 'object' && first !== null ? first : typeof first === 'string' ? { path: first } : { host: args[1] }
    );
    const host = options.host ?? 'localhost';
    if (options.path === undefined && !LOOPBACK.has(host) && !host.endsWith('.localhost')) {
      console.error(`loopback-only: refused to connect to ${host}`);
      process.nextTick(() =>
        this.destroy(Object.assign(new Error(`Only this machine may be reached, not ${host}.`), { code: 'ECONNREFUSED' })),
      );
      return this;
    }
    return Reflect.apply(connect, this, args);
  }
);

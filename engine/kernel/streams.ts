/** Asynchronous reading and writing of the kernel's own descriptors, on top of the reactor. */
import { EAGAIN, EPIPE } from '../system/errno.ts';
import { READABLE, WRITABLE } from '../system/types.ts';
import type { System } from '../system/types.ts';
import type { Reactor } from './reactor.ts';

const CHUNK = 65_536;

/** A connection to a guest server, or the kernel's end of a pipe. */
export interface Connection {
  /** Next bytes, null at the end. One call at a time. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Fulfilled when everything was taken. @throws {StreamError} when nobody reads any more. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the writing side: the server sees the end, its answer can still be read. */
  end(): void;
  close(): void;
}

export class StreamError extends Error {
  readonly errno: number;

  constructor(operation: string, errno: number) {
    super(`${operation} failed: errno ${-errno}`);
    this.errno = errno;
  }
}

export function openConnectionOf(system: System, reactor: Reactor, fd: number): Connection {
  const stops = new Set<() => void>();
  let isClosed = false;

  function until(interest: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = reactor.poll(fd, interest, () => {
        stops.delete(finish);
        stop();
        resolve();
      });
      const finish = (): void => {
        stop();
        resolve();
      };
      stops.add(finish);
    });
  }

  return {
    async read() {
      const scratch = new Uint8Array(CHUNK);
      for (;;) {
        if (isClosed) return null;
        const length = system.read(fd, scratch);
        if (length > 0) return scratch.slice(0, length);
        if (length === 0) return null;
        if (length !== -EAGAIN) throw new StreamError('read', length);
        await until(READABLE);
      }
    },
    async write(bytes) {
      for (let done = 0; done < bytes.length;) {
        if (isClosed) throw new StreamError('write', -EPIPE);
        const length = system.write(fd, bytes.subarray(done));
        if (length === -EAGAIN) await until(WRITABLE);
        else if (length < 0) throw new StreamError('write', length);
        else done += length;
      }
    },
    end() {
      if (!isClosed) system.shutdown(fd);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      for (const finish of stops) finish();
      stops.clear();
      system.close(fd);
    },
  };
}

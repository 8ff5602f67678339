/** Which ports guest servers listen on: compares the listeners in the control memory with what was announced. */
import type { Control } from '../system/control.ts';
import { word } from '../system/control.ts';
import { HEADER, LISTENER, MAX_LISTENERS } from '../system/layout.ts';
import { LISTENER_TCP, listenerAt } from '../system/listeners.ts';

export interface PortWatch {
  readonly onOpen: (port: number) => void;
  readonly onClose: (port: number) => void;
}

export class Ports {
  readonly #control: Control;
  readonly #watch: PortWatch;
  #open = new Set<number>();
  #sequence = 0;

  constructor(control: Control, watch: PortWatch) {
    this.#control = control;
    this.#watch = watch;
  }

  get open(): ReadonlySet<number> {
    return this.#open;
  }

  /** Announces what changed since the last look. */
  look(): void {
    const sequence = Atomics.load(this.#control.words, HEADER.PORTS_SEQUENCE);
    if (sequence === this.#sequence) return;
    this.#sequence = sequence;
    const now = new Set<number>();
    for (let i = 0; i < MAX_LISTENERS; i++) {
      const at = listenerAt(i);
      if (word(this.#control, at + LISTENER.STATE) === LISTENER_TCP) now.add(word(this.#control, at + LISTENER.PORT));
    }
    const before = this.#open;
    this.#open = now;
    for (const port of before) if (!now.has(port)) this.#watch.onClose(port);
    for (const port of now) if (!before.has(port)) this.#watch.onOpen(port);
  }
}

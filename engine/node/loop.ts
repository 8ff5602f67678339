/** The event loop's implementation; the interface and the phases are in event-loop.ts. */
import type { System } from '../system/types.ts';
import type { Thrown, ThrownWatch } from './environment.ts';
import type { EventLoop, Handle } from './event-loop.ts';

/** A step that may pause for the microtasks: Node's own functions, made generators (realm.ts), and our drivers. */
export type Steps = Generator<void, unknown, void>;

export interface LoopHooks {
  /** Ticks and rejections wait to be processed. */
  ticksPending(): boolean;
  /** Node's processTicksAndRejections; yields where native runs the microtasks. */
  runTicks(): Steps;
  /** Node's processTimers; returns the next expiry (negative: unreferenced, 0: none). */
  runTimers(now: number): Steps;
  runImmediates(): Steps;
  immediates(): { readonly count: number; readonly referenced: number; readonly outstanding: boolean };
  uncaught(error: unknown, thrown?: Thrown): void;
}

interface Poll extends Handle {
  readonly fd: number;
  readonly interest: number;
  readonly callback: (ready: number) => void;
  closed: boolean;
}

interface Wake extends Handle {
  readonly callback: () => void;
}

/** Pauses until the browser has run all promise jobs, in a macrotask. */
export type Hop = () => Promise<void>;

/** Ticks that may throw after one callback before the next has its turn. */
const MOST_THROWS = 64;

export class Loop implements EventLoop {
  readonly #system: System;
  readonly #clock: () => number;
  readonly #nextMacrotask: Hop;
  /** Whether other macrotasks could run since the last poll phase. */
  #hasHopped = false;
  #hooks: LoopHooks | undefined;
  #pending: (() => void)[] = [];
  #closing: (() => void)[] = [];
  #urgent: (() => void)[] = [];
  #checks: (() => void)[] = [];
  #notices: (() => void)[] = [];
  /** A tick threw: native looks at rejections again after the next callback only. */
  #isLate = false;
  readonly #polls = new Set<Poll>();
  readonly #wakes = new Set<Wake>();
  #references = 0;
  #requests = 0;
  readonly #started: number;
  #now = 0;
  /** Expiry of the next timer on the loop's clock, or Infinity. */
  #timer = Infinity;
  /** The first timer that holds the loop alive says so. */
  #timerReferenced = false;
  #stopped = false;
  /** Milliseconds spent waiting. */
  idle = 0;
  readonly metrics = { turns: 0, events: 0, waiting: 0 };

  readonly #thrown: ThrownWatch | undefined;

  constructor(system: System, clock: () => number, hop: Hop, thrown?: ThrownWatch) {
    this.#thrown = thrown;
    this.#system = system;
    this.#clock = clock;
    this.#nextMacrotask = hop;
    this.#started = clock();
  }

  setHooks(hooks: LoopHooks): void {
    this.#hooks = hooks;
  }

  // -- for bindings --------------------------------------------------------------------------------
  enqueue(callback: () => void): void {
    this.#pending.push(callback);
    this.#system.wake();
  }

  withdraw(callback: () => void): void {
    const at = this.#pending.indexOf(callback);
    if (at >= 0) this.#pending.splice(at, 1);
  }

  /** Comes before everything else that waits: what native would have done at once. */
  urgent(callback: () => void): void {
    (this.#isLate ? this.#pending : this.#urgent).push(callback);
    this.#system.wake();
  }

  /** In the check phase, before the immediates; does not hold the loop alive (an unreferenced immediate of native code). */
  check(callback: () => void): void {
    this.#checks.push(callback);
  }

  /** In the next poll phase, if there is one: wakes the loop and does not hold it alive (`uv_async_send` to a handle without reference). */
  notice(callback: () => void): void {
    this.#notices.push(callback);
    this.#system.wake();
  }

  closing(callback: () => void): void {
    this.#closing.push(callback);
    this.#system.wake();
  }

  request(): { done(callback: () => void): void; cancel(): void } {
    let open = true;
    this.#requests++;
    const end = () => {
      if (!open) return false;
      open = false;
      this.#requests--;
      return true;
    };
    return {
      done: (callback) => {
        if (end()) this.enqueue(callback);
      },
      cancel: () => {
        if (end()) this.#system.wake();
      },
    };
  }

  poll(fd: number, interest: number, callback: (ready: number) => void): Handle {
    const poll: Poll = Object.assign(
      this.#handle(() => {
        poll.closed = true;
        this.#polls.delete(poll);
        if (![...this.#polls].some((other) => other.fd === fd)) this.#system.unwatch(fd);
      }),
      { fd, interest, callback, closed: false },
    );
    this.#polls.add(poll);
    this.#system.watch(fd);
    this.#system.wake();
    return poll;
  }

  onWake(callback: () => void, alive: boolean): Handle {
    const wake: Wake = Object.assign(
      this.#handle(() => this.#wakes.delete(wake)),
      { callback },
    );
    if (!alive) wake.unref();
    this.#wakes.add(wake);
    return wake;
  }

  keepAlive(): Handle {
    return this.#handle(() => this.#system.wake());
  }

  now(): number {
    return this.#now;
  }

  updateTime(): void {
    this.#now = Math.floor(this.#clock() - this.#started);
  }

  /** `scheduleTimer` of the timers binding: wakes in `milliseconds` from now. */
  scheduleTimer(milliseconds: number): void {
    this.#timer = this.#now + Math.max(1, milliseconds);
    this.#system.wake();
  }

  referenceTimer(referenced: boolean): void {
    this.#timerReferenced = referenced;
  }

  stop(): void {
    this.#stopped = true;
    this.#system.wake();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  #handle(close: () => void): Handle {
    let referenced = true;
    let open = true;
    this.#references++;
    return {
      ref: () => {
        if (open && !referenced) this.#references++;
        referenced = true;
      },
      unref: () => {
        if (open && referenced) this.#references--;
        referenced = false;
      },
      hasRef: () => open && referenced,
      close: () => {
        if (!open) return;
        open = false;
        if (referenced) this.#references--;
        close();
      },
    };
  }

  // -- running -----------------------------------------------------------------------------------------
  #needHooks(): LoopHooks {
    if (this.#hooks === undefined) throw new Error('the event loop runs before Node has been set up');
    return this.#hooks;
  }

  alive(): boolean {
    if (this.#stopped) return false;
    const immediates = this.#hooks?.immediates();
    return (
      this.#references > 0 ||
      this.#requests > 0 ||
      this.#pending.length > 0 ||
      this.#urgent.length > 0 ||
      this.#closing.length > 0 ||
      (this.#timer !== Infinity && this.#timerReferenced) ||
      (immediates !== undefined && (immediates.referenced > 0 || immediates.outstanding))
    );
  }

  /** Runs one callback as a macrotask: afterwards promise jobs, ticks and their promise jobs are done. Exceptions are the process's uncaught ones. */
  async call(callback: () => void): Promise<void> {
    this.#attempt(callback);
    await this.drain();
  }

  /** Whether `work` ran to its end; else what it threw has gone to the process. */
  #attempt(work: () => void): boolean {
    if (this.#thrown !== undefined) {
      const thrown = this.#thrown.run(work);
      if (thrown !== undefined) this.#needHooks().uncaught(thrown.error, thrown);
      return thrown === undefined;
    }
    try {
      work();
      return true;
    } catch (error) {
      this.#needHooks().uncaught(error);
      return false;
    }
  }

  /** `InternalCallbackScope::Close`. */
  async drain(): Promise<void> {
    const hooks = this.#needHooks();
    if (this.#stopped) return;
    if (!hooks.ticksPending()) await this.#hop();
    let isBroken = false;
    while (hooks.ticksPending() && !this.#stopped && !isBroken) isBroken = await this.#driveTicks();
  }

  #step(steps: Steps): IteratorResult<void, unknown> | undefined {
    let step: IteratorResult<void, unknown> | undefined;
    this.#attempt(() => {
      step = steps.next();
    });
    return step;
  }

  /** Runs Node's processTicksAndRejections: hops where native runs the microtasks. Whether ticks threw so often that the rest waits. */
  async #driveTicks(): Promise<boolean> {
    const hooks = this.#needHooks();
    let steps = hooks.runTicks();
    for (let throws = 0; ;) {
      const step = this.#step(steps);
      if (step === undefined) {
        this.#isLate = true;
        // The ticks that are left come before the promise jobs. Natively they wait for the next callback: where handlers of errors bring ticks that throw again, it has its turn.
        if (!hooks.ticksPending() || this.#stopped || ++throws > MOST_THROWS) return true;
        steps = hooks.runTicks();
        continue;
      }
      if (step.done === true) return false;
      await this.#hop();
      if (this.#stopped) return false;
    }
  }

  /**
   * Runs ticks where native's `runNextTicks` would, between two timers or immediates. Where one of them throws, native calls again at once if more wait: ticks and
   * promise jobs come after the next that does not throw. Undefined: the last one threw.
   */
  async #driveWithTicks(start: () => Steps, more: () => boolean): Promise<unknown> {
    let steps = start();
    for (;;) {
      const step = this.#step(steps);
      if (step === undefined) {
        if (this.#stopped || !more()) return undefined;
        steps = start();
        continue;
      }
      if (step.done === true) {
        await this.drain();
        return step.value;
      }
      await this.drain();
      if (this.#stopped) return undefined;
    }
  }

  /** Runs until nothing holds the loop alive or it was stopped. Can be run again. */
  async run(): Promise<void> {
    let isFirst = true;
    do {
      for (; this.alive(); isFirst = false) await this.#turn(isFirst);
      // What does not hold it alive has its turn natively before it ends, though not once more after `beforeExit`.
      if (!this.#stopped) await this.#flush(this.#checks, (rest) => (this.#checks = rest));
    } while (this.alive());
  }

  async #turn(isFirst: boolean): Promise<void> {
    this.metrics.turns++;
    this.updateTime();
    await this.#flush(this.#urgent, (rest) => (this.#urgent = rest));
    await this.#timers();
    // Natively timers end a turn, and only at first begin one too: where nothing else holds the loop alive, nothing else runs.
    if (!isFirst && !this.alive()) return;
    await this.#flush(this.#pending, (rest) => (this.#pending = rest));
    await this.#pollPhase();
    await this.#check();
    // libuv keeps them as a stack.
    if (this.#closing.length > 1) this.#closing.reverse();
    await this.#flush(this.#closing, (rest) => (this.#closing = rest));
    this.#isLate = false;
  }

  async #timers(): Promise<void> {
    if (this.#stopped || this.#timer > this.#now) return;
    this.#timer = Infinity;
    const hooks = this.#needHooks();
    const next = await this.#driveWithTicks(
      () => hooks.runTimers(this.#now),
      () => true,
    );
    if (typeof next === 'number' && next !== 0) {
      this.#timer = Math.min(this.#timer, Math.max(Math.abs(next), this.#now + 1));
      this.#timerReferenced = next > 0;
    }
  }

  async #flush(queue: (() => void)[], replace: (rest: (() => void)[]) => void): Promise<void> {
    if (queue.length === 0) return;
    replace([]);
    // By index, here and below: guests may break the iterator of arrays.
    for (let index = 0; index < queue.length; index++) {
      const callback = queue[index];
      if (this.#stopped || callback === undefined) return;
      await this.call(callback);
    }
  }

  #hop(): Promise<void> {
    this.#hasHopped = true;
    return this.#nextMacrotask();
  }

  async #pollPhase(): Promise<void> {
    if (this.#stopped) return;
    const sequence = this.#system.wakeSequence();
    const timeout = this.#timeout();
    let ready = this.#readyPolls();
    this.metrics.waiting += ready.length;
    for (const wake of this.#wakes) wake.callback();
    if (ready.length === 0 && timeout !== 0 && this.#pending.length === 0) {
      const before = this.#clock();
      await this.#system.wait(sequence, timeout);
      this.idle += this.#clock() - before;
      this.updateTime();
      for (const wake of this.#wakes) wake.callback();
      ready = this.#readyPolls();
    } else if (ready.length === 0 && !this.#hasHopped) {
      // What comes from outside has its turn in each of the loop's.
      await this.#hop();
    }
    this.#hasHopped = false;
    await this.#flush(this.#notices, (rest) => (this.#notices = rest));
    for (let index = 0; index < ready.length; index++) {
      const poll = ready[index];
      if (this.#stopped || poll === undefined) return;
      if (poll.closed) continue;
      const now = this.#system.ready(poll.fd) & poll.interest;
      if (now === 0) continue;
      this.metrics.events++;
      await this.call(() => poll.callback(now));
    }
  }

  #readyPolls(): Poll[] {
    const ready: Poll[] = [];
    for (const poll of this.#polls) if ((this.#system.ready(poll.fd) & poll.interest) !== 0) ready.push(poll);
    return ready;
  }

  /** Milliseconds the poll phase may wait. */
  #timeout(): number {
    const immediates = this.#needHooks().immediates();
    if (
      this.#pending.length > 0 ||
      this.#urgent.length > 0 ||
      this.#notices.length > 0 ||
      this.#closing.length > 0 ||
      immediates.referenced > 0 ||
      immediates.outstanding ||
      !this.alive()
    )
      return 0;
    return this.#timer === Infinity ? Infinity : Math.max(0, this.#timer - this.#now);
  }

  async #check(): Promise<void> {
    const hooks = this.#needHooks();
    if (this.#checks.length > 0) await this.#flush(this.#checks, (rest) => (this.#checks = rest));
    const immediates = hooks.immediates();
    if (this.#stopped || (immediates.count === 0 && !immediates.outstanding)) return;
    const outstanding = () => hooks.immediates().outstanding;
    do {
      await this.#driveWithTicks(() => hooks.runImmediates(), outstanding);
    } while (outstanding() && !this.#stopped);
  }
}

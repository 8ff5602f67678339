/**
 * Requests to the kernel. Each thread has one mailbox; it asks one thing at a time and blocks for the answer, so this works while its event loop stands still.
 *
 * ```
 *   thread:  IDLE ── writes JSON, marks KERNEL_REQUESTS, wakes slot 0 ──▶ REQUEST ── waits on its own wake word
 *   kernel:  REQUEST ── reads, acts, writes JSON, wakes the slot ──▶ ANSWER ──▶ thread reads it ──▶ IDLE
 * ```
 */
import type { Result } from '../fs/types.ts';
import type { Control } from './control.ts';
import { clearBit, dieIfKilled, eachBit, setBit, slotAt, wakeSlot, word } from './control.ts';
import { E2BIG, EINVAL } from './errno.ts';
import { HEADER, MAIL_ANSWER, MAIL_IDLE, MAIL_REQUEST, MAILBOX_BYTES, MAILBOXES_AT, SLOT } from './layout.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function post(control: Control, slot: number, json: string): boolean {
  const bytes = encoder.encode(json);
  if (bytes.length > MAILBOX_BYTES) return false;
  control.bytes.set(bytes, MAILBOXES_AT + slot * MAILBOX_BYTES);
  control.words[slotAt(slot) + SLOT.MAIL_LENGTH] = bytes.length;
  return true;
}

function collect(control: Control, slot: number): unknown {
  const from = MAILBOXES_AT + slot * MAILBOX_BYTES;
  const bytes = control.bytes.slice(from, from + word(control, slotAt(slot) + SLOT.MAIL_LENGTH));
  return JSON.parse(decoder.decode(bytes));
}

/** Leaves a request without waiting (a thread that is about to end). */
export function sendRequest(control: Control, request: unknown): boolean {
  const at = slotAt(control.slot);
  dieIfKilled(control);
  if (!post(control, control.slot, JSON.stringify(request))) return false;
  Atomics.store(control.words, at + SLOT.MAIL_STATE, MAIL_REQUEST);
  setBit(control, HEADER.KERNEL_REQUESTS, control.slot);
  wakeSlot(control, 0);
  return true;
}

/** Asks the kernel and blocks for its answer; -E2BIG when the request does not fit. */
export function askKernel(control: Control, request: unknown): unknown {
  const at = slotAt(control.slot);
  if (!sendRequest(control, request)) return -E2BIG;
  for (;;) {
    const sequence = Atomics.load(control.words, at + SLOT.WAKE);
    if (Atomics.load(control.words, at + SLOT.MAIL_STATE) === MAIL_ANSWER) break;
    dieIfKilled(control);
    Atomics.wait(control.words, at + SLOT.WAKE, sequence);
  }
  const answer = collect(control, control.slot);
  Atomics.store(control.words, at + SLOT.MAIL_STATE, MAIL_IDLE);
  return answer;
}

/** The same for requests that are answered with a number. */
export function askResult(control: Control, request: unknown): Result {
  const answer = askKernel(control, request);
  return typeof answer === 'number' ? answer : -EINVAL;
}

/** Kernel's side: visits every waiting request. What arrives was written by another thread: `visit` validates it. */
export function takeRequests(control: Control, visit: (slot: number, request: unknown) => void): void {
  eachBit(control, HEADER.KERNEL_REQUESTS, (slot) => {
    clearBit(control, HEADER.KERNEL_REQUESTS, slot);
    if (Atomics.load(control.words, slotAt(slot) + SLOT.MAIL_STATE) !== MAIL_REQUEST) return;
    let request: unknown;
    try {
      request = collect(control, slot);
    } catch {
      request = undefined;
    }
    visit(slot, request);
  });
}

/** Kernel's side: answers a request. An answer that does not fit becomes -E2BIG. */
export function answerRequest(control: Control, slot: number, answer: unknown): void {
  if (!post(control, slot, JSON.stringify(answer))) post(control, slot, String(-E2BIG));
  Atomics.store(control.words, slotAt(slot) + SLOT.MAIL_STATE, MAIL_ANSWER);
  wakeSlot(control, slot);
}

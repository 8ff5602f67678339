/**
 * Where an exception was thrown that nothing catches: JavaScript that catches it sees only where it was made. The browser knows, and says so in the
 * `error` event of what an event listener throws, which comes before `dispatchEvent` returns.
 */
import type { Thrown, ThrownWatch } from '../node/environment.ts';
import { asking } from '../node/loader/syntax-error.ts';

export function watchThrown(scope: EventTarget): ThrownWatch {
  const target = new EventTarget();
  const event = new Event('run');
  // Kept: the browser's globals and their prototypes' methods go away.
  const dispatch = target.dispatchEvent.bind(target);
  const MessageOfError = ErrorEvent;
  let work: (() => void) | undefined;
  let caught: Thrown | undefined;
  let onStray: ((thrown: Thrown) => void) | undefined;

  let ended = true;

  target.addEventListener('run', () => {
    ended = false;
    work?.();
    ended = true;
  });
  scope.addEventListener('error', (given) => {
    if (!(given instanceof MessageOfError)) return;
    if (asking.errors.has(given.error)) return;
    const { message, filename, lineno, colno } = given;
    const error: unknown = given.error ?? (message.endsWith('undefined') ? undefined : null);
    const thrown: Thrown = { error, file: filename, line: lineno, column: colno };
    if (work === undefined && onStray === undefined) return;
    given.preventDefault();
    given.stopImmediatePropagation();
    if (work === undefined) onStray?.(thrown);
    else caught = thrown;
  });

  return {
    run: (given) => {
      if (work !== undefined) throw new Error('the event loop was entered twice');
      work = given;
      caught = undefined;
      dispatch(event);
      work = undefined;
      // Others' errors may be shown meanwhile.
      return ended ? undefined : caught;
    },
    onStray: (handler) => {
      onStray = handler;
    },
  };
}

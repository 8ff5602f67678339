const target = new EventTarget();
target.addEventListener('go', (event) => console.log(event.type, event.detail, event.cancelable, event instanceof CustomEvent), { once: true });
target.addEventListener('go', { handleEvent(event) { event.preventDefault(); console.log('object', event.defaultPrevented); } });
console.log(target.dispatchEvent(new CustomEvent('go', { detail: 5, cancelable: true })), target.dispatchEvent(new Event('go')));
console.log({ ...new Event('x') }, target);
try { target.dispatchEvent('go'); } catch (error) { console.log(error.code, error.message); }
const controller = new AbortController();
controller.signal.addEventListener('abort', () => console.log('aborted', controller.signal.reason.name));
controller.abort();
console.log(AbortSignal.abort('why').reason, controller.signal, AbortSignal.any([controller.signal]).aborted);

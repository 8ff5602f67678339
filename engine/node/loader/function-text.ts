/** `Function.prototype.toString` for guests: rewritten functions show their author's text, replaced builtins look native. */
import { originalText } from './generated-names.ts';

export interface FunctionTexts {
  /** Makes `replacement` look like the native function `name`. */
  readonly hide: (replacement: object, name: string) => void;
  /** Gives a function another text, which is made when it is asked for. */
  readonly show: (made: object, text: () => string) => void;
  /** Puts the native `toString` back. */
  readonly restore: () => void;
}

const nativeToString = Function.prototype.toString;
const apply = Reflect.apply;

export function patchFunctionToString(): FunctionTexts {
  const hidden = new WeakMap<object, string | (() => string)>();
  const { toString } = {
    toString(this: unknown): string {
      const text = hidden.get(this as object);
      if (text === undefined) return originalText(apply(nativeToString, this, []));
      return typeof text === 'string' ? text : text();
    },
  };
  const hide = (replacement: object, name: string): void => {
    hidden.set(replacement, `function ${name}() { [native code] }`);
    Object.defineProperty(replacement, 'name', { value: name, configurable: true });
  };
  hide(toString, 'toString');
  const descriptor = Object.getOwnPropertyDescriptor(Function.prototype, 'toString') as PropertyDescriptor;
  Object.defineProperty(Function.prototype, 'toString', { ...descriptor, value: toString });
  return {
    hide,
    show: (made, text) => void hidden.set(made, text),
    restore: () => void Object.defineProperty(Function.prototype, 'toString', descriptor),
  };
}

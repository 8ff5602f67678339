/** An object that has `members` and throws the name of any other that is asked for. */
export function partial<T extends object>(what: string, members: Partial<T>): T {
  return new Proxy(members, {
    get(target, key) {
      if (key in target) return Reflect.get(target, key) as unknown;
      throw new Error(`${what}.${String(key)} is not there in this test`);
    },
  }) as T;
}

/** What a parser may throw at damaged input; anything else is a defect. @param {unknown} error @param {readonly (abstract new (...args: never[]) => Error)[]} allowed */
export function requireDeclared(error, ...allowed) {
  if (!allowed.some((type) => error instanceof type)) throw error;
}

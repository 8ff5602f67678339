export const fine = 1;
const broken = () => { null.property; };
await Promise.resolve();
broken();

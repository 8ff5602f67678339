[1, 2].forEach(function each(value) {
  if (value === 2) throw Object.assign(new Error(`bad ${value}`), { value, list: [1, { a: 1 }] });
});

const value = undefined;
console.log('before');
console.log(value.property);

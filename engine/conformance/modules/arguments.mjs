console.log(typeof arguments);

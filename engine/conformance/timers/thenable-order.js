const thenable = { then(resolve) { console.log('then called'); resolve('value'); } };
Promise.resolve(thenable).then((value) => console.log('resolved', value));
(async () => console.log('awaited', await thenable))();
(async () => thenable)().then((value) => console.log('returned', value));
Promise.resolve().then(() => console.log(1)).then(() => console.log(2)).then(() => console.log(3)).then(() => console.log(4));

// input: "Ada\n"
const readline = require('node:readline/promises');
(async () => { const face = readline.createInterface({ input: process.stdin, output: process.stdout }); console.log(`hello ${await face.question('name? ')}`); face.close(); process.stdin.destroy(); })();

// node: --no-warnings
const path = require('node:path') as typeof import('node:path'); const name: string = path.basename(__filename); console.log(name);

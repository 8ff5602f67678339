// input: "from standard input\nsecond"
const fs = require('node:fs');
const timer = setInterval(() => {}, 1000); fs.readSync(0, Buffer.alloc(0)); const bytes = Buffer.alloc(100); let count = 0; try { count = fs.readSync(0, bytes, 0, 10, null); } catch (error) { console.log(error.code); } console.log(count, String(bytes.subarray(0, count))); clearInterval(timer); console.log(fs.fstatSync(0).isFile(), fs.fstatSync(0).size); process.exit();

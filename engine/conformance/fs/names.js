const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder();
fs.writeFileSync('ä ö', '1'); fs.writeFileSync('emoji 🎈', '2'); fs.writeFileSync('new\nline', '3'); fs.writeFileSync('-dash', '5'); fs.writeFileSync('back\\slash', '6');
console.log(fs.readdirSync('.').map((name) => JSON.stringify(name)).sort());
attempt(() => fs.readFileSync('x'.repeat(256)), () => fs.writeFileSync('x'.repeat(255), ''), () => fs.mkdirSync(('y'.repeat(200) + '/').repeat(30), { recursive: true }), () => fs.statSync('x/'.repeat(3000)), () => fs.statSync('emoji 🎈/'), () => fs.readFileSync('./emoji 🎈/../emoji 🎈'), () => fs.mkdirSync('trailing/') ?? fs.readdirSync('trailing///'), () => fs.writeFileSync('nofile/', 'x'));

const fs = require('node:fs'); const { attempt, enterFolder } = require('../attempt.cjs'); enterFolder({ 'file': 'text', 'folder/inner': '' });
fs.symlinkSync('loop', 'loop'); fs.symlinkSync('nowhere', 'dangling');
attempt(
  () => fs.linkSync('none', 'x'), () => fs.linkSync('file', 'folder'), () => fs.linkSync('folder', 'x'), () => fs.linkSync('file', 'none/x'), () => fs.linkSync('file'),
  () => fs.symlinkSync('a', 'file'), () => fs.symlinkSync('a', 'none/x'), () => fs.symlinkSync('a', 'b', 'bogus'), () => fs.symlinkSync(5, 'b'),
  () => fs.readlinkSync('file'), () => fs.readlinkSync('none'), () => fs.readlinkSync('dangling'), () => fs.readFileSync('loop'), () => fs.realpathSync('loop'), () => fs.realpathSync('dangling'), () => fs.realpathSync.native('dangling'), () => fs.realpathSync.native('none'), () => fs.realpathSync('file/x'),
  () => fs.statSync('loop'), () => fs.statSync('dangling'), () => fs.lstatSync('dangling').isSymbolicLink(), () => fs.existsSync('dangling'), () => fs.unlinkSync('none'), () => fs.unlinkSync('folder'), () => fs.unlinkSync('file/x'),
);
fs.writeFileSync('dangling', 'made through the link'); console.log(fs.readFileSync('nowhere', 'utf8'));

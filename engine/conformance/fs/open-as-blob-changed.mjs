import fs from 'node:fs'; import attempts from '../attempt.cjs'; const { enterFolder, attemptAsync } = attempts; enterFolder({ file: 'hello blob' });
const blob = await fs.openAsBlob('file'); await attemptAsync(() => { fs.writeFileSync('file', 'changed and longer'); return blob.text(); });

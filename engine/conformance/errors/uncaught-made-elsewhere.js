const error = new Error('made first');
function thrower() { throw error; }
thrower();

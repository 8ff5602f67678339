require('./fixtures/unexpected-token.cjs');

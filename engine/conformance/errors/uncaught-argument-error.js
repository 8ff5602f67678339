new (require('node:url').URL)('not a url');

process.nextTick(() => { throw new URIError('in a tick'); });

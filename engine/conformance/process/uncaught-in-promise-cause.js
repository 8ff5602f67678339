Promise.reject(new Error('top', { cause: new AggregateError([new Error('a'), 'b'], 'many') }));

const error = new Error('with extras', { cause: new Error('the cause') });
error.code = 'E_EXTRA';
error.detail = { nested: [1, 2] };
throw error;

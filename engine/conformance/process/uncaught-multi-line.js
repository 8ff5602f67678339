throw new Error('line one\n  line two\nline three');

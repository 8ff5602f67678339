setTimeout(() => { throw { not: 'an error' }; }, 1);

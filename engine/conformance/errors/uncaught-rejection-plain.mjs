await Promise.reject({ plain: 'object' });

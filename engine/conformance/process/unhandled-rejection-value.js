Promise.reject({ reason: 5 });

console.log('first');
notDefined();

const v8 = require('node:v8'); const { attempt } = require('../attempt.cjs'); attempt(() => v8.Serializer(), () => v8.Deserializer());

// command: ["-i"]
// input: "throw null\nthrow { a: 1 }\nJSON.parse('{')\nlet x = ;\nlet y = 1\nlet y = 2\n)\nPromise.reject(new Error('later'))\nimport fs from 'fs'\nrequire('none')\nprocess.exitCode = 3\n.nope\n.exit\n"

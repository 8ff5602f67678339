// command: ["-i"]
// input: "1 + 1\nconst x = { a: [1] }\nx\nthrow new Error('no')\n[1,2].map((n) =>\n n * 2)\n.exit\n"

// command: ["-i"]
// input: "const a = 1\nlet b = { x: a }\nb\n_\na = 2\nawait 5\nfunction f() {\n  return 7;\n}\nf()\n.help\n'unfinished\nnope\nclass A {}\nnew A()\n[1,\n2]\n.break\n({ a: { b: { c: { d: 1 } } } })\nundefined\nnull\n_error\nimport('node:os').then(() => 5)\nconst { join } = await import('node:path')\njoin('a', 'b')\n.exit\n"

// command: ["-e", "function f() {\n  throw new RangeError('line two');\n}\nf();"]

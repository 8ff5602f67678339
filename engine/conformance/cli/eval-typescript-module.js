// command: ["--input-type=module-typescript", "-e", "type T = number; const a: T = 5; export { a }; console.log(a, import.meta.url !== '')"]

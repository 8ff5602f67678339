// command: ["--input-type=module", "-e", "import fs from 'fs'; console.log(typeof fs.readFileSync, import.meta.url.slice(0, 5)); await 0; console.log('tla')"]

// command: ["--input-type=commonjs", "-e", "import fs from 'fs'"]

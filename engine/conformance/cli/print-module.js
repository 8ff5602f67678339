// command: ["-p", "--input-type=module", "import.meta"]

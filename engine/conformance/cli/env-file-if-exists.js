// command: ["--env-file-if-exists=none.env", "--env-file-if-exists=cli/fixtures/more.env", "-p", "process.env.MORE"]

// command: ["--env-file=cli/fixtures/settings.env", "-p", "[process.env.NAME, process.env.QUOTED, process.env.EMPTY, process.env.MULTI]"]

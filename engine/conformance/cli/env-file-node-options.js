// command: ["--env-file=cli/fixtures/options.env", "-p", "[process.execArgv, process.noDeprecation, process.env.NODE_OPTIONS]"]

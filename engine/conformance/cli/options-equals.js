// command: ["--conditions=own", "--title=renamed", "-p", "[process.title, process.execArgv]"]

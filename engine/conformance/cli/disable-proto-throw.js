// command: ["--disable-proto=throw", "-e", "try { ({}).__proto__; } catch (error) { console.log(error.code, error.message); } console.log({ __proto__: null } instanceof Object)"]

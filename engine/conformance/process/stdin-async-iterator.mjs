// input: "one\ntwo\nthree\n"
let got = ''; for await (const chunk of process.stdin) { got += chunk; if (got.endsWith('three\n')) break; } console.log(JSON.stringify(got), process.stdin.destroyed, process.stdin.readableFlowing);

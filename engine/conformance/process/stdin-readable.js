// input: "héllo wörld\nsecond line\n"
process.stdin.setEncoding('utf8'); let text = ''; process.stdin.on('readable', () => { let chunk; while ((chunk = process.stdin.read(4)) !== null) text += chunk + '|'; if (text.length > 20) { console.log(JSON.stringify(text)); process.stdin.pause(); process.stdin.unref?.(); process.exit(); } });

process.stdout.write('x'.repeat(300000) + '\n', () => process.stdout.write('end\n'));

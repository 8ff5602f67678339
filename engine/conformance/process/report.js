console.log(typeof process.report.getReport, process.report.compact, process.report.signal, process.report.directory, process.report.filename);
const report = process.report.getReport();
console.log(Object.keys(report), report.header.nodejsVersion, report.header.wordSize, report.javascriptStack.message, Array.isArray(report.sharedObjects));

// node: --stack-trace-limit=2
function a() { return new Error('short').stack.split('\n').length; } console.log(a());

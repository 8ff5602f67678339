// node: --conditions=custom
import value from 'mapped'; console.log(value, process.execArgv);

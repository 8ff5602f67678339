import { describe, expect, it } from 'vitest';
import { NativeMachine } from './testing/native-system.ts';
import { programs } from './programs.ts';
describe('x', () => { it('y', () => {
  const m = new NativeMachine(programs);
  for (const s of ['echo a b; echo "$?" | cat', 'x=$(echo hi | cat); echo "[$x]"; (cd /; pwd); pwd', 'nosuch; echo $?', 'for i in 1 2; do echo $i; done | cat -n', 'cat <<E\nhi $((1+2))\nE']) {
    console.log(JSON.stringify(m.run(['sh', '-c', s], { cwd: '/tmp', env: {PATH:'/nonexistent'} })));
  }
  expect(1).toBe(1);
});});

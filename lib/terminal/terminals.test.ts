import { describe, expect, it, vi } from 'vitest';
import { createFakeEngine, type FakeProcess } from '../container/fake-engine.ts';
import { createOutputLog } from '../container/output-log.ts';
import { createTerminals, type TerminalEntry, type Terminals } from './terminals.ts';

const dev: TerminalEntry = {
  id: 'dev',
  title: 'Dev server',
  source: { log: createOutputLog(), input: () => {}, resize: () => {} },
  closable: false,
};

function open(): { terminals: Terminals; shells: FakeProcess[]; engine: ReturnType<typeof createFakeEngine> } {
  const shells: FakeProcess[] = [];
  const engine = createFakeEngine({
    sh: async (process) => {
      shells.push(process);
      process.print('$ ');
      await process.killed;
      return 0;
    },
  });
  return { terminals: createTerminals(dev), shells, engine };
}
const entry = (terminals: Terminals, id: string): TerminalEntry | undefined =>
  terminals.store.getState().entries.find((candidate) => candidate.id === id);

describe('createTerminals', () => {
  it('starts a shell, passes input and size, and closes it', async () => {
    const { terminals, shells, engine } = open();
    terminals.setEngine(engine);
    terminals.openShell();
    await vi.waitFor(() => expect(entry(terminals, 'shell-1')?.source.log.text()).toBe('$ '));
    entry(terminals, 'shell-1')?.source.input('ls\n');
    entry(terminals, 'shell-1')?.source.resize({ cols: 80, rows: 10 });
    await vi.waitFor(() => expect(shells[0]?.input).toEqual(['ls\n']));
    expect(shells[0]?.sizes.at(-1)).toEqual({ cols: 80, rows: 10 });
    terminals.close('shell-1');
    expect(terminals.store.getState()).toMatchObject({ active: 'dev', entries: [{ id: 'dev' }] });
    await shells[0]?.killed;
  });
  it('waits for the engine, and starts again in the next one', async () => {
    const { terminals, shells, engine } = open();
    terminals.openShell();
    expect(entry(terminals, 'shell-1')?.source.log.text()).toContain('as soon as the project runs');
    terminals.setEngine(engine);
    await vi.waitFor(() => expect(shells).toHaveLength(1));
    terminals.setEngine(null);
    terminals.setEngine(createFakeEngine({ sh: async (process) => (shells.push(process), await process.killed, 0) }));
    await vi.waitFor(() => expect(shells).toHaveLength(2));
    expect(entry(terminals, 'shell-1')).toBeDefined();
  });
  it('closes the terminal of a shell that exits', async () => {
    const terminals = createTerminals(dev);
    terminals.setEngine(createFakeEngine({ sh: () => 0 }));
    terminals.openShell();
    await vi.waitFor(() => expect(entry(terminals, 'shell-1')).toBeUndefined());
  });
  it('keeps the terminals of the project, which cannot be closed', () => {
    const { terminals } = open();
    terminals.openShell();
    terminals.add({ ...dev, id: 'build', title: 'Build' }, true);
    expect(terminals.store.getState().entries.map(({ id }) => id)).toEqual(['dev', 'build', 'shell-1']);
    terminals.close('dev');
    expect(terminals.store.getState().active).toBe('build');
    expect(entry(terminals, 'dev')).toBeDefined();
  });
});

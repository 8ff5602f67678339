import { describe, expect, it } from 'vitest';
import { isProjectLabel } from '../origins.ts';
import { newProjectId } from './project-id.ts';

describe('newProjectId', () => {
  it.each(['Eleventy blog', 'Größe & Übung', '日本語', '--', 'x'.repeat(200), `${'a'.repeat(29)} b`, 'www'])(
    'makes a host label of %j',
    (name) => {
      expect(isProjectLabel(newProjectId(name))).toBe(true);
    },
  );
  it('keeps the name readable and never repeats', () => {
    const first = newProjectId('My Site');
    expect(first).toMatch(/^my-site-[a-z2-9]{10}$/);
    expect(newProjectId('My Site')).not.toBe(first);
  });
});

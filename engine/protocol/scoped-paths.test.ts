import { describe, expect, it } from 'vitest';
import { scopePaths } from './scoped-paths.ts';

describe('scopePaths', () => {
  const { absolute } = scopePaths('/home/app');

  it.each([
    ['a.txt', '/home/app/a.txt'],
    ['/a.txt', '/home/app/a.txt'],
    ['./a//b/../c', '/home/app/a/c'],
    ['.', '/home/app'],
    ['/', '/home/app'],
    ['../../etc/passwd', '/home/app/etc/passwd'],
    ['/home/app/x', '/home/app/x'],
    ['/home/app', '/home/app'],
    ['/home/apple', '/home/app/home/apple'],
  ])('%s is %s', (path, expected) => {
    expect(absolute(path)).toBe(expected);
  });
});

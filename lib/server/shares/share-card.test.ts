import { describe, expect, it } from 'vitest';
import { drawable } from './share-card.ts';

describe('drawable', () => {
  it('keeps what the card’s font has, and needs nothing from elsewhere for the rest', () => {
    expect(drawable('Größe – “Łódź”…', 'x')).toBe('Größe – “Łódź”…');
    expect(drawable('Jam 🍓 ジャム pot', 'x')).toBe('Jam pot');
    expect(drawable('🍓', 'A shared site')).toBe('A shared site');
  });
});

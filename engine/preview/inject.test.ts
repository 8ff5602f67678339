import { describe, expect, it } from 'vitest';
import { injectIntoHtml } from './inject.ts';

async function inject(html: string | Uint8Array<ArrayBuffer>, { isCharsetKnown = true, size = 4096 } = {}): Promise<string> {
  const bytes = typeof html === 'string' ? new TextEncoder().encode(html) : html;
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  }).pipeThrough(injectIntoHtml('<X>', isCharsetKnown));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await new Response(stream).arrayBuffer());
}

describe('injectIntoHtml', () => {
  it.each([
    ['<!doctype html><html lang="en"><head data-a="b"><title>', '<!doctype html><html lang="en"><head data-a="b"><X><title>'],
    ['<!-- c > d --><!DOCTYPE html>\n<HTML>\n<HEAD>\n</HEAD>', '<!-- c > d --><!DOCTYPE html>\n<HTML>\n<HEAD><X>\n</HEAD>'],
    ['<!doctype html><title>t</title>', '<!doctype html><X><title>t</title>'],
    ['<!doctype html><html><body>', '<!doctype html><html><X><body>'],
    ['<header>h</header>', '<X><header>h</header>'],
    ['plain text', '<X>plain text'],
    ['\ufeff<!doctype html><head>', '\ufeff<!doctype html><head><X>'],
    ['<!doctype html>', '<!doctype html><X>'],
    ['<!doctype ht', '<X><!doctype ht'],
    ['ü', '<X>ü'],
  ])('finds the top of %j', async (html, expected) => {
    expect(await inject(html)).toBe(expected);
  });

  it.each([1, 3, 10])('finds it in pieces of %i bytes', async (size) => {
    expect(await inject('<!doctype html>\n<html>\n<!-- x --><head>\n<title>ü</title>', { size })).toBe(
      '<!doctype html>\n<html>\n<!-- x --><head><X>\n<title>ü</title>',
    );
  });

  it('puts the charset first where only the document knows it', async () => {
    const page = '<!doctype html><head><title>t</title><meta charset="latin1"></head>';
    expect(await inject(page, { isCharsetKnown: false })).toBe(
      '<!doctype html><head><meta charset="latin1"><X><title>t</title><meta charset="latin1"></head>',
    );
    expect(await inject(page)).toBe('<!doctype html><head><X><title>t</title><meta charset="latin1"></head>');
    const old = '<head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252">';
    expect(await inject(old, { isCharsetKnown: false, size: 5 })).toBe(`<head><meta charset="windows-1252"><X>${old.slice(6)}`);
    expect(await inject('<head><!-- <meta charset="x"> --></head>', { isCharsetKnown: false })).toBe(
      '<head><X><!-- <meta charset="x"> --></head>',
    );
  });

  it('does not hold a document back for ever', async () => {
    const page = `<!-- ${'x'.repeat(20_000)} --><head>`;
    expect(await inject(page)).toBe(`<X>${page}`);
  });

  it('leaves UTF-16 and nothing alone', async () => {
    expect(await inject(Uint8Array.of(0xff, 0xfe, 0x3c, 0))).not.toContain('X');
    expect(await inject('')).toBe('<X>');
  });
});

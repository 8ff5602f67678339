import { zip, type AsyncZippable } from 'fflate';
import { bytesOf, type Content } from '../project/content.ts';

/** A zip of files, below one folder of the given name. `.env` files stay out unless asked for. */
export function zipFiles(
  name: string,
  files: Iterable<readonly [string, Content]>,
  options: { readonly withEnv?: boolean } = {},
): Promise<Blob> {
  const tree: AsyncZippable = {};
  for (const [path, content] of files) {
    if (!options.withEnv && /(?:^|\/)\.env(?:\.[^/]*)?$/.test(path) && !path.endsWith('.env.example')) continue;
    tree[`${name}/${path}`] = bytesOf(content);
  }
  return new Promise((resolve, reject) => {
    zip(tree, { level: 6 }, (error, data) =>
      error ? reject(error) : resolve(new Blob([data as Uint8Array<ArrayBuffer>], { type: 'application/zip' })),
    );
  });
}

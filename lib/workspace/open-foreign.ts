import type { Ancestry, ProjectFiles } from '../project/project-files.ts';
import type { ShareClient } from '../share/client.ts';
import { decodeFragment } from '../share/fragment.ts';
import type { WorkspaceSource } from './workspace.ts';

/** A project of somebody else, as a visitor gets it. */
export interface Foreign {
  readonly name: string;
  readonly template: string | null;
  /** The version of a share that it is. A project in a link keeps the ancestry that it had. */
  readonly from: Ancestry | null;
  readonly files: ProjectFiles;
}

/** @throws {ShareError | FragmentError} */
export async function openForeign(source: WorkspaceSource, client: ShareClient): Promise<Foreign> {
  if (source.kind === 'template') throw new Error('A template is nobody’s project.');
  if (source.kind === 'fragment') {
    const { manifest, project } = await decodeFragment(window.location.hash);
    return { name: manifest.name, template: manifest.template, from: manifest.from, files: project };
  }
  const { version, manifest, project } = await client.open(source.id, source.kind === 'shared' ? source.version : null);
  return {
    name: manifest.name,
    template: manifest.template,
    from: { share: source.id, version: version.version, name: manifest.name },
    files: project,
  };
}

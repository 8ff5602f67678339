import type { Project } from './project.ts';
import type { StoredProject } from './storage.ts';

/** Brings a tab that looked on up to date with what the other tab saved. */
export function catchUp(project: Project, stored: StoredProject): void {
  const { files, folders, links } = project.store.getState();
  for (const path of files.keys()) if (!stored.files.has(path)) project.remove(path, 'storage');
  for (const path of links.keys()) if (!stored.links.has(path)) project.remove(path, 'storage');
  for (const path of folders) if (!stored.folders.has(path)) project.remove(path, 'storage');
  for (const [path, content] of stored.files) project.write(path, content, 'storage');
  for (const path of stored.files.keys()) project.setExecutable(path, stored.executables.has(path), 'storage');
  for (const folder of stored.folders) project.mkdir(folder, 'storage');
  for (const [path, target] of stored.links) project.link(path, target, 'storage');
}

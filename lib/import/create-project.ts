import { newProjectId } from '../project/project-id.ts';
import { ancestors } from '../project/paths.ts';
import { openProjectStorage } from '../project/storage.ts';
import { openRecentProjects } from '../recent/recent-projects.ts';
import type { Imported } from './import-files.ts';
import { keepSkipped } from './skipped.ts';

/** Stores an imported project in this browser and returns its id. */
export async function createImportedProject(imported: Imported): Promise<string> {
  const { name, files } = imported;
  const id = newProjectId(name);
  const folders = new Map([...files.keys()].flatMap(ancestors).map((folder) => [folder, true]));
  await openProjectStorage(id).save({ meta: { name, template: null }, files, folders });
  await openRecentProjects().touch({ id, name, template: null, opened: Date.now(), fileCount: files.size });
  keepSkipped(id, imported.skipped, window.sessionStorage);
  return id;
}

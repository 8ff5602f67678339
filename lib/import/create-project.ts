import { newProjectId } from '../project/project-id.ts';
import { openProjectStorage, wholeProject } from '../project/storage.ts';
import { openRecentProjects } from '../recent/recent-projects.ts';
import type { Imported } from './import-files.ts';
import { keepSkipped } from './skipped.ts';

/** Stores an imported project in this browser and returns its id. */
export async function createImportedProject(imported: Imported): Promise<string> {
  const { name, files } = imported;
  const id = newProjectId(name);
  await openProjectStorage(id).save(wholeProject({ ...imported, template: null }));
  await openRecentProjects().touch({ id, name, template: null, opened: Date.now(), fileCount: files.size });
  keepSkipped(id, imported.skipped, window.sessionStorage);
  return id;
}

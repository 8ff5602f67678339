'use client';
import { FileText, Trash2 } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { messageOf } from '../../lib/errors/problem.ts';
import { countOf, formatAgo } from '../../lib/format.ts';
import { openProjectStorage } from '../../lib/project/storage.ts';
import { holdWriterLock } from '../../lib/project/writer-lock.ts';
import { openRecentProjects, type RecentProject } from '../../lib/recent/recent-projects.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** The projects of this browser. */
export function RecentList(): ReactNode {
  const [projects, setProjects] = useState<readonly RecentProject[] | null>(null);
  const [now, setNow] = useState(0);
  const [failed, setFailed] = useState<string | null>(null);
  const [removing, setRemoving] = useState<RecentProject | null>(null);
  const [isOpenElsewhere, setOpenElsewhere] = useState(false);

  useEffect(() => {
    const load = (): void => {
      openRecentProjects()
        .list()
        .then(
          (list) => {
            setNow(Date.now());
            setProjects(list);
          },
          (error: unknown) => setFailed(messageOf(error)),
        );
    };
    load();
    // Back from a project: the browser may show this page as it was.
    const onShow = (event: PageTransitionEvent): void => {
      if (event.persisted) load();
    };
    window.addEventListener('pageshow', onShow);
    return () => window.removeEventListener('pageshow', onShow);
  }, []);

  const ask = (project: RecentProject | null): void => {
    setOpenElsewhere(false);
    setRemoving(project);
  };

  const remove = async (project: RecentProject): Promise<void> => {
    // A tab that has it open would go on as if what is typed there were kept.
    const letGo = await holdWriterLock(project.id);
    setOpenElsewhere(letGo === null);
    if (letGo === null) return;
    setRemoving(null);
    try {
      await openRecentProjects().forget(project.id);
      await openProjectStorage(project.id).destroy();
      setProjects((list) => list?.filter(({ id }) => id !== project.id) ?? null);
    } catch (error) {
      setFailed(messageOf(error));
    } finally {
      letGo();
    }
  };

  if (failed !== null)
    return <p role="alert">The projects of this browser cannot be read: {failed}. Allow this site to store data, then reload.</p>;
  if (projects?.length === 0) return <p className="text-soft">Your projects will be listed here. They are kept in this browser only.</p>;
  return (
    <>
      <ul className="min-h-10 divide-y divide-line overflow-hidden rounded-lg border border-line bg-raised" aria-busy={projects === null}>
        {projects?.map((project) => (
          <li key={project.id} className="group flex items-center hover:bg-hover">
            <a href={`/p/${project.id}`} className="flex min-w-0 flex-1 items-center gap-3 px-4 py-2.5">
              <FileText aria-hidden className="size-4 shrink-0 text-faint" strokeWidth={1.75} />
              <span className="truncate font-medium">{project.name}</span>
              <span className="truncate text-faint max-sm:hidden">{project.id}</span>
              <span className="ml-auto shrink-0 text-soft">
                <span className="max-sm:hidden">{countOf(project.fileCount, 'file')} · </span>
                {formatAgo(project.opened, now)}
              </span>
            </a>
            <IconButton label={`Remove ${project.name}`} side="left" className="mr-2" onClick={() => ask(project)}>
              <Trash2 aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <Dialog
        open={removing !== null}
        onClose={() => ask(null)}
        title={`Remove “${removing?.name ?? ''}”?`}
        description="Its files are kept in this browser only and cannot be brought back."
      >
        {isOpenElsewhere ? (
          <p role="alert" className="mt-3">
            It is open in another tab. Close that tab first.
          </p>
        ) : null}
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => ask(null)}>Keep it</Button>
          <Button look="primary" onClick={() => removing !== null && void remove(removing)}>
            Remove for good
          </Button>
        </div>
      </Dialog>
    </>
  );
}

import { lazy, Suspense } from 'react';
import { useSession } from '../../shell/session';
import { MyProjects } from './MyProjects';

const Projects = lazy(() =>
  import('../projects/Projects').then((file) => ({ default: file.Projects })),
);

/** The first page, by role: annotators see where they label, the others what they lead. */
export function Home() {
  const { role } = useSession();
  if (role === 'annotator') return <MyProjects />;
  return (
    <Suspense>
      <Projects />
    </Suspense>
  );
}

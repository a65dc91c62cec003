import { Link } from '@tanstack/react-router';
import { Page } from '../ui/Page';
import { useTitle } from './title';
import { words } from './words';

/** Shown inside the frame: the way out is in sight. */
export function NotFound() {
  useTitle(words.notFoundTitle);
  return (
    <Page title={words.notFoundTitle} lead={words.notFoundText} width="read">
      <p>
        <Link to="/">{words.toProjects}</Link>
      </p>
    </Page>
  );
}

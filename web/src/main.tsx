import '@fontsource-variable/ibm-plex-sans/wght.css';
import './ui/tokens.css';
import './ui/document.css';
import './shell/shell.css';

import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './shell/router';
import { loadSession } from './shell/session';

void loadSession();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <RouterProvider router={router} />
    </StrictMode>,
  );
}

import 'fake-indexeddb/auto';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// The first page of a run waits for its code to be transformed.
configure({ asyncUtilTimeout: 5000 });

afterEach(() => cleanup());

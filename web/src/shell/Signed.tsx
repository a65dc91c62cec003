import { useRouter } from '@tanstack/react-router';
import { lazy, startTransition, Suspense, useEffect, useState, type ReactNode } from 'react';
import type { Role } from '../api/types';
import { activeBindings, useKeys, type KeyBinding } from '../ui/keys';
import { useMyOutbox } from './outbox/mine';
import { placesFor, type Place } from './places';
import { useSession, useSessionState } from './session';
import { words } from './words';

const KeySheet = lazy(() => import('../ui/KeySheet').then((file) => ({ default: file.KeySheet })));
const paletteFile = () => import('./Palette');
const Palette = lazy(() => paletteFile().then((file) => ({ default: file.Palette })));
const PALETTE_AHEAD_MS = 2000;

/** What every signed-in page has: its outbox, `?`, the command palette, and `g` with a letter. */
export function Signed({ children }: { children: ReactNode }) {
  const session = useSession();
  const state = useSessionState();
  const [shown, setShown] = useState<'nothing' | 'palette' | readonly KeyBinding[]>('nothing');
  // A transition waits for the code of the dialog without an empty moment in between.
  const show = (next: typeof shown) => startTransition(() => setShown(next));
  useMyOutbox(session, state.status === 'someone' && state.expired);
  const places = usePlaces(session.role);
  // Who presses Ctrl-K types on at once: its code is here before, but not in the way of the page.
  useEffect(() => {
    // Offline it fails, and is asked for again when it is wanted.
    const ahead = () => void paletteFile().catch(() => undefined);
    const timer = setTimeout(ahead, PALETTE_AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);
  useKeys([
    {
      id: 'shell.keys',
      keys: ['?'],
      title: words.keys,
      group: words.general,
      run: () => show(activeBindings()),
    },
    {
      id: 'shell.palette',
      keys: ['mod+k'],
      title: words.palette,
      group: words.general,
      whileTyping: true,
      run: () => show('palette'),
    },
    ...places.flatMap(goKey),
  ]);
  const close = () => setShown('nothing');
  return (
    <>
      {children}
      <Suspense>
        {shown === 'palette' && <Palette onClose={close} />}
        {typeof shown === 'object' && <KeySheet bindings={shown} onClose={close} />}
      </Suspense>
    </>
  );
}

/** Opens the palette or the key sheet from a button: presses their keys. */
export function pressKey(name: '?' | 'mod+k'): void {
  activeBindings()
    .find((binding) => binding.keys.includes(name))
    ?.run();
}

/** The pages this role may go to. */
export function usePlaces(role: Role): Place[] {
  const router = useRouter();
  return placesFor(role, Object.values(router.routesById), (path) => {
    void router.navigate({ to: path });
  });
}

function goKey(place: Place): KeyBinding[] {
  if (!place.letter) return [];
  return [
    {
      id: `go.${place.path}`,
      keys: [`g ${place.letter}`],
      title: words.goTo(place.title),
      group: words.general,
      run: place.go,
    },
  ];
}

/**
 * Takes a secret out of the address (`#link=…`) and removes it from there at once, so that it is
 * neither in the history nor sent anywhere by the browser. Null when it is not there.
 */
export function takeFragment(name: string): string | null {
  const value = new URLSearchParams(globalThis.location.hash.slice(1)).get(name);
  if (value === null) return null;
  const { pathname, search } = globalThis.location;
  globalThis.history.replaceState(globalThis.history.state, '', pathname + search);
  return value;
}

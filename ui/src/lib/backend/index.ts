/** The backend in use: set once at the start of the window, of a test, or of the look mode. */
import type { Backend } from './backend';

let inUse: Backend | undefined;

export function provideBackend(backend: Backend): void {
  inUse = backend;
}

export function backend(): Backend {
  if (!inUse) throw new Error('provideBackend has to be called before the first screen');
  return inUse;
}

export type { Backend, BackendEvents, SignInTarget } from './backend';
export type { MovesBackend } from './moves';
export { asCommandError, isCommandError } from './errors';

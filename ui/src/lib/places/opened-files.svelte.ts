/** Archives on disk that were opened since the window is there, newest first. */
import { backend } from '$lib/backend';
import { router } from '$lib/router/router.svelte';

class OpenedFiles {
  paths = $state.raw<readonly string[]>([]);

  /** Keeps them for the chooser and shows the first. */
  open(paths: readonly string[]): void {
    const [first] = paths;
    if (first === undefined) return;
    this.keep(...paths);
    router.go({ screen: 'explore', place: { type: 'file', path: first } });
  }

  keep(...paths: string[]): void {
    this.paths = [...new Set([...paths, ...this.paths])].slice(0, 12);
  }
}

export const openedFiles = new OpenedFiles();

/** Lets the person choose archives and shows the first. */
export async function chooseFiles(): Promise<void> {
  openedFiles.open(await backend().filesChoose());
}

/** The last part of a path, of whichever system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Files and folders that were opened since the window is there, newest first. */
class OpenedFiles {
  paths = $state.raw<readonly string[]>([]);

  keep(...paths: string[]): void {
    this.paths = [...new Set([...paths, ...this.paths])].slice(0, 12);
  }
}

export const openedFiles = new OpenedFiles();

/** The last part of a path, of whichever system. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) || path;
}

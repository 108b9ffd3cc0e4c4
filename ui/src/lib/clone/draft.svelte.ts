/** What a person enters before an instance is exported or imported as a whole. */
import type { CloneAsk } from '$lib/backend/generated/CloneAsk';
import type { CloneMode } from '$lib/backend/generated/CloneMode';

/** Which of the three is done. */
export type Doing = 'into' | 'export' | 'import';

export class CloneDraft {
  doing = $state<Doing>('into');
  source = $state('');
  destination = $state('');
  container = $state('');
  archive = $state('');
  name = $state('');
  mode = $state<CloneMode>('importOnly');
  withSecrets = $state(false);
  overwrite = $state(false);
  removeArchive = $state(false);

  constructor(source?: string) {
    if (source === undefined) return;
    this.source = source;
    this.doing = 'export';
  }

  readonly exports = $derived(this.doing !== 'import');
  readonly imports = $derived(this.doing !== 'export');
  /** All that cannot be done without is entered. */
  readonly isWhole = $derived(
    this.container !== '' &&
      (this.doing === 'import' ? this.archive !== '' : this.source !== '') &&
      (this.doing === 'export' || this.destination !== ''),
  );

  ask(): CloneAsk {
    return {
      ...(this.source ? { source: this.source } : {}),
      ...(this.imports && this.destination ? { destination: this.destination } : {}),
      ...(this.doing === 'import' ? { archive: this.archive } : {}),
      ...(this.exports && this.name.trim() ? { name: this.name.trim() } : {}),
      container: this.container,
      withSecrets: this.withSecrets,
      overwrite: this.exports && this.overwrite,
      // Only what was imported before can be activated alone.
      mode: this.imports ? this.mode : 'importOnly',
      removeArchive: this.imports && this.removeArchive,
    };
  }
}

/** The change a person asked for, wherever they did: its dialog stands above every screen. */
import type { Artifact } from '$lib/backend/generated/Artifact';
import type { ArtifactDetail } from '$lib/backend/generated/ArtifactDetail';
import type { ChangeRequest } from '$lib/backend/generated/ChangeRequest';
import type { ChangeVerb } from '$lib/backend/generated/ChangeVerb';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import type { ArtifactAction } from './actions';
import type { Allowance } from './writes';

export interface Wish {
  action: ChangeVerb;
  instance: InstanceView;
  artifact: Artifact;
  detail?: ArtifactDetail;
  /** What is asked for, where it was chosen elsewhere. */
  request?: ChangeRequest;
}

/** An artifact with what can be done to it. */
export interface Offer {
  title: string;
  code: string;
  instance: InstanceView;
  actions: readonly ArtifactAction[];
  ask: (action: ChangeVerb) => void;
}

class Changes {
  wish = $state.raw<Wish | undefined>(undefined);
  /** The read-only instance that is to be opened for changes, and for how long at first. */
  allowing = $state.raw<{ instance: InstanceView; minutes: Allowance } | undefined>(undefined);
  /** What the panel shows: the palette offers its actions. */
  offer = $state.raw<Offer | undefined>(undefined);

  #asked: Element | null = null;

  ask(wish: Wish): void {
    this.#asked = document.activeElement;
    this.wish = wish;
  }

  /** After the dialog: where the person was, or the nearest place where that is gone. */
  returnFocus(): void {
    const asked = this.#asked;
    this.#asked = null;
    setTimeout(() => {
      if (document.activeElement && document.activeElement !== document.body) return;
      const place = asked?.isConnected ? asked : document.querySelector('[data-region="panel"]');
      const target = place ?? document.getElementById('main');
      if (target instanceof HTMLElement) target.focus();
    });
  }

  /** For a fresh window. */
  forget(): void {
    this.wish = undefined;
    this.allowing = undefined;
    this.offer = undefined;
  }

  allow(instance: InstanceView, minutes: Allowance = 15): void {
    this.allowing = { instance, minutes };
  }
}

export const changes = new Changes();

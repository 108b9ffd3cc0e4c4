/** A sign-in in the browser as it goes on: the window waits for the person to come back. */
import { asCommandError, backend, type SignInTarget } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';
import type { SignInView } from '$lib/backend/generated/SignInView';
import { withSecrets } from '$lib/state/asks.svelte';
import { outdate } from '$lib/state/reading.svelte';

export class BrowserSignIn {
  waiting = $state(false);
  signedIn = $state.raw<SignInView | undefined>(undefined);
  error = $state.raw<CommandError | undefined>(undefined);
  #turn = 0;

  /** True once somebody has signed in. */
  async start(target: SignInTarget): Promise<boolean> {
    if (this.waiting) return false;
    const turn = ++this.#turn;
    this.waiting = true;
    this.error = undefined;
    try {
      const signedIn = await withSecrets(() => backend().signInBrowser(target));
      if (turn !== this.#turn || !signedIn) return false;
      this.signedIn = signedIn;
      outdate('instances', 'signIn:', 'home');
      return true;
    } catch (refusal) {
      if (turn === this.#turn) this.error = asCommandError(refusal);
      return false;
    } finally {
      if (turn === this.#turn) this.waiting = false;
    }
  }

  async cancel(): Promise<void> {
    if (!this.waiting) return;
    this.#turn++;
    this.waiting = false;
    await backend()
      .signInCancel()
      .catch(() => undefined);
  }
}

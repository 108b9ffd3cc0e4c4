/**
 * Questions that any action may have to ask first: where secrets are to lie or the passphrase of
 * the encrypted file (`secrets`), and the password of the vault. `withSecrets` runs an action, asks
 * what is missing and runs it again.
 */
import { asCommandError, isCommandError } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';

export type Question = 'secrets' | 'vaultPassword';

class Asks {
  open = $state.raw<Question | undefined>(undefined);
  #settle: ((answered: boolean) => void) | undefined;

  /** Opens the dialog; true once it was answered, false when it was closed. */
  ask(question: Question): Promise<boolean> {
    this.#settle?.(false);
    this.open = question;
    return new Promise((resolve) => (this.#settle = resolve));
  }

  settle(answered: boolean): void {
    this.open = undefined;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(answered);
  }
}

export const asks = new Asks();

/** The question behind a failure, if answering one can put it right. */
export function questionFor({ code, context }: CommandError): Question | undefined {
  if (code === 'noKeychain' || code === 'secretsLocked') return 'secrets';
  if (code === 'wrongVaultPassword') return 'vaultPassword';
  // The secret of an instance is entered with the instance; what is left is the vault's password.
  if (code === 'secretMissing' && !context['instance']) return 'vaultPassword';
  return undefined;
}

/**
 * Runs an action that needs secrets. Undefined when a question on the way was closed unanswered;
 * rejects with a `CommandError` otherwise.
 */
export async function withSecrets<Answer>(
  action: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const asked = new Set<Question>();
  for (;;) {
    try {
      return await action();
    } catch (refusal) {
      const question = isCommandError(refusal) ? questionFor(asCommandError(refusal)) : undefined;
      if (!question || asked.has(question)) throw asCommandError(refusal);
      asked.add(question);
      if (!(await asks.ask(question))) return undefined;
    }
  }
}

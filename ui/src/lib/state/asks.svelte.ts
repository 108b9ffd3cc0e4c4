/**
 * Questions that any action may have to ask first: where secrets are to lie or the passphrase of
 * the encrypted file (`secrets`), and the password of the vault. `withSecrets` runs an action, asks
 * what is missing and runs it again.
 */
import { asCommandError, isCommandError } from '$lib/backend';
import type { CommandError } from '$lib/backend/generated/CommandError';

export type Question = 'secrets' | 'vaultPassword';

class Asks {
  /** Open questions; one may have to be answered on the way to another. The last one shows. */
  #open = $state.raw<readonly { question: Question; settle: (answered: boolean) => void }[]>([]);

  get open(): Question | undefined {
    return this.#open.at(-1)?.question;
  }

  /** Opens the dialog; true once it was answered, false when it was closed. */
  ask(question: Question): Promise<boolean> {
    return new Promise((settle) => (this.#open = [...this.#open, { question, settle }]));
  }

  /** Answers the question that shows. */
  settle(answered: boolean): void {
    const last = this.#open.at(-1);
    this.#open = this.#open.slice(0, -1);
    last?.settle(answered);
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
 * Questions in `never` are not asked.
 */
export async function withSecrets<Answer>(
  action: () => Promise<Answer>,
  never: readonly Question[] = [],
): Promise<Answer | undefined> {
  const asked = [...never];
  for (;;) {
    try {
      return await action();
    } catch (refusal) {
      const question = isCommandError(refusal) ? questionFor(asCommandError(refusal)) : undefined;
      if (!question || asked.includes(question)) throw asCommandError(refusal);
      asked.push(question);
      if (!(await asks.ask(question))) return undefined;
    }
  }
}

import { afterEach, describe, expect, it } from 'vitest';
import { asCommandError } from '../src/lib/backend';
import { asks, withSecrets } from '../src/lib/state/asks.svelte';
import { refusal } from './double/state';

afterEach(() => {
  while (asks.open) asks.settle(false);
});

describe('an action that needs secrets', () => {
  it('is run again once the question was answered', async () => {
    let tries = 0;
    const done = withSecrets(async () => {
      if (++tries === 1) throw refusal('noKeychain', 'There is no keychain.');
      return 'done';
    });
    await Promise.resolve();
    await Promise.resolve();
    expect(asks.open).toBe('secrets');
    asks.settle(true);
    expect(await done).toBe('done');
    expect(tries).toBe(2);
  });

  it('asks each question once; a second refusal is told', async () => {
    const done = withSecrets(async () => {
      throw refusal('wrongVaultPassword', 'The password does not open the vault.');
    });
    const told = expect(done).rejects.toMatchObject({ code: 'wrongVaultPassword' });
    await Promise.resolve();
    await Promise.resolve();
    expect(asks.open).toBe('vaultPassword');
    asks.settle(true);
    await told;
    expect(asks.open).toBeUndefined();
  });

  it('does not ask for the vault when the secret of an instance is missing', async () => {
    const missing = refusal('secretMissing', 'No secret.', { context: { instance: 'dev' } });
    await expect(withSecrets(() => Promise.reject(missing))).rejects.toEqual(missing);
    expect(asks.open).toBeUndefined();
  });
});

describe('refusals', () => {
  it('come in one shape, also those of the shell in plain text', () => {
    expect(asCommandError('command backup_start not allowed')).toEqual({
      code: 'internal',
      message: 'command backup_start not allowed',
      retryable: false,
      context: {},
    });
  });
});

/** A run in words: what it is, and how it stands. */
import type { RunSummary } from '$lib/backend/generated/RunSummary';
import { m } from '$lib/paraglide/messages';
import { number } from './format';
import { runKindWord, runMark, runPhaseWord } from './labels';

/** `Backing up Acme DEV`, `Checking the vault`. */
export function runTitle(run: RunSummary): string {
  const instance = run.instanceName ?? '';
  switch (run.kind) {
    case 'backup':
      return m.run_title_backup({ instance });
    case 'extract':
      return m.run_title_extract({ instance });
    case 'verify':
      return m.run_title_verify({ instance });
    case 'vaultCheck':
      return run.title ? plain(run.title) : m.run_title_vault_check();
    case 'change':
      return run.title
        ? m.run_title_change_of({ title: plain(run.title), instance })
        : m.run_title_change({ instance });
    case 'move':
      return m.run_title_move({ title: plain(run.title ?? ''), instance });
    case 'clone':
      return run.title ? plain(run.title) : runKindWord.clone();
    case 'copy':
      return m.run_title_copy({ title: plain(run.title ?? ''), instance });
    case 'prune':
      return m.run_title_prune();
    case 'proof':
      return run.title ? plain(run.title) : m.run_title_proof({ instance });
  }
}

export function settledOf(run: RunSummary): number {
  return run.counts.fetched + run.counts.carried + run.counts.failed;
}

/** How many of how many, where somebody watches it more closely than its summary tells. */
interface Count {
  settled: number;
  planned: number;
}

/** While it runs: `Fetching, 36 of 59`, `36 of 59 steps`; afterwards its result. */
export function runStanding(run: RunSummary, watched?: Count): string {
  if (run.status === 'cancelling') return m.run_cancelling();
  if (run.status !== 'running')
    return run.headline ? plain(run.headline) : runMark[run.status].label();
  const phase = runPhaseWord[run.phase]();
  const count = watched ?? { settled: settledOf(run), planned: run.counts.planned };
  if (count.planned === 0) return phase;
  const [settled, planned] = [number(count.settled), number(count.planned)];
  if (run.kind === 'move') return m.haul_standing({ settled, planned });
  return m.run_standing({ phase, settled, planned });
}

/** `Backup`, `Activate Orders 01.02.0000`. */
export function runWhat(run: RunSummary): string {
  return run.title ? plain(run.title) : runKindWord[run.kind]();
}

/** Names stand between backticks, which a line of a list has no use for. */
function plain(title: string): string {
  return title.replaceAll('`', '');
}

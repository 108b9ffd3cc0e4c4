/** Words for how often something is proved. */
import type { ProofEvery } from '$lib/backend/generated/ProofEvery';
import { m } from '$lib/paraglide/messages';

export const everyWord: Record<ProofEvery, () => string> = {
  week: m.proof_restore_every_week,
  month: m.proof_restore_every_month,
  quarter: m.proof_restore_every_quarter,
};

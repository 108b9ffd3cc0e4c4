/** The tracing levels in the words of the console, and what each writes down. */
import type { Tracing } from '$lib/backend/generated/Tracing';
import { m } from '$lib/paraglide/messages';

export const tracingLevels: readonly Tracing[] = ['production', 'audit', 'debug'];
export const tracingWord: Record<Tracing, () => string> = {
  production: m.tracing_production,
  audit: m.tracing_audit,
  debug: m.tracing_debug,
};
export const tracingHint: Record<Tracing, () => string> = {
  production: m.tracing_production_hint,
  audit: m.tracing_audit_hint,
  debug: m.tracing_debug_hint,
};

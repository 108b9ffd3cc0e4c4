/** Whether an instance may be changed, and for how long still. */
import { backend } from '$lib/backend';
import type { InstanceView } from '$lib/backend/generated/InstanceView';
import { policyWord } from '$lib/format/labels';
import { m } from '$lib/paraglide/messages';
import { withSecrets } from '$lib/state/asks.svelte';
import { notices } from '$lib/state/notices.svelte';
import { outdate } from '$lib/state/reading.svelte';

/** For how many minutes changes can be allowed. */
export const allowances = [15, 60, 240] as const;
export type Allowance = (typeof allowances)[number];

const allowanceWords: Record<Allowance, () => string> = {
  15: m.writes_15_minutes,
  60: m.writes_1_hour,
  240: m.writes_4_hours,
};
export function allowanceWord(minutes: Allowance): string {
  return allowanceWords[minutes]();
}

/** Milliseconds for which a read-only instance may be changed; 0 when that is over. */
export function writesLeft(instance: InstanceView | undefined, now: number): number {
  const until = instance?.writesAllowedUntil;
  return until ? Math.max(0, Date.parse(until) - now) : 0;
}

/** Production can only be read, whatever policy is saved for it, until changes are allowed. */
function closes({ writePolicy, environment }: InstanceView): boolean {
  return writePolicy === 'readOnly' || environment === 'production';
}

export function isReadOnly(instance: InstanceView, now: number): boolean {
  return closes(instance) && writesLeft(instance, now) === 0;
}

/** The policy that counts, for bands and cards; nothing while the time that is left says it. */
export function policyFact(instance: InstanceView, now: number): string | undefined {
  if (isReadOnly(instance, now)) return policyWord.readOnly();
  return closes(instance) ? undefined : policyWord[instance.writePolicy]();
}

/** `14:32`, `3:59:07`. */
export function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** Allows changes for a while; false when a question on the way was closed. */
export async function allowWrites(
  instance: InstanceView,
  minutes: Allowance,
  typed: string | undefined,
): Promise<boolean> {
  const allowed = await withSecrets(() => backend().writesAllow(instance.id, minutes, typed));
  if (!allowed) return false;
  outdate('instances', 'home');
  notices.say(m.writes_allowed_now({ instance: instance.name, time: allowanceWord(minutes) }));
  return true;
}

export async function endWrites(instance: InstanceView): Promise<void> {
  await backend().writesForbid(instance.id);
  outdate('instances', 'home');
  notices.say(m.writes_ended({ instance: instance.name }));
}

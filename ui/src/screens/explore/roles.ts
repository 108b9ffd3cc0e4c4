/** What one artifact needs another for, in words; told from either end. */
import { m } from '$lib/paraglide/messages';

const forward: Record<string, () => string> = {
  trigger: m.explore_role_trigger,
  invoke: m.explore_role_invoke,
  lookup: m.explore_role_lookup,
  library: m.explore_role_library,
  calls: m.explore_role_calls,
  'schedule of': m.explore_role_schedule_of,
  member: m.explore_role_member,
  'agent group': m.explore_role_agent_group,
};
const backward: Record<string, () => string> = {
  calls: m.explore_role_calls_back,
  member: m.explore_role_member_back,
  'schedule of': m.explore_role_schedule_back,
};

/** `back`: seen from what is needed. A role without a word of its own is shown as it is. */
export function roleWord(role: string, back = false): string {
  return ((back ? backward[role] : undefined) ?? forward[role])?.() ?? role;
}

/** The parts of an artifact in words: title, icon, what its pieces are called. */
import type { Area } from '$lib/backend/generated/Area';
import type { Section } from '$lib/backend/generated/Section';
import { number } from '$lib/format/format';
import type { IconName } from '$lib/icons/names';
import { m } from '$lib/paraglide/messages';

export const areaIcon: Record<Area, IconName> = {
  about: 'info',
  endpoint: 'f-call',
  flow: 'k-integration',
  map: 'f-map',
  step: 'edit',
  tracking: 'eye',
  parameters: 'k-schedule',
  properties: 'settings',
  rows: 'k-lookup',
  functions: 'k-library',
  schedule: 'k-schedule',
  connection: 'k-connection',
  attachments: 'file',
  members: 'k-package',
  state: 's-active',
  other: 'info',
};

const words: Record<Area, readonly [() => string, (title: { title: string }) => string]> = {
  about: [m.compare_area_about, m.compare_area_about_of],
  endpoint: [m.compare_area_endpoint, m.compare_area_endpoint_of],
  flow: [m.compare_area_flow, m.compare_area_flow_of],
  map: [m.compare_area_map, m.compare_area_map_of],
  step: [m.compare_area_step, m.compare_area_step_of],
  tracking: [m.compare_area_tracking, m.compare_area_tracking_of],
  parameters: [m.compare_area_parameters, m.compare_area_parameters_of],
  properties: [m.compare_area_properties, m.compare_area_properties_of],
  rows: [m.compare_area_rows, m.compare_area_rows_of],
  functions: [m.compare_area_functions, m.compare_area_functions_of],
  schedule: [m.compare_area_schedule, m.compare_area_schedule_of],
  connection: [m.compare_area_connection, m.compare_area_connection_of],
  attachments: [m.compare_area_attachments, m.compare_area_attachments_of],
  members: [m.compare_area_members, m.compare_area_members_of],
  state: [m.compare_area_state, m.compare_area_state_of],
  other: [m.compare_area_other, m.compare_area_other_of],
};

/** What the first column of the part is called. */
export const areaHead: Record<Area, () => string> = {
  about: m.compare_head_about,
  endpoint: m.compare_head_endpoint,
  flow: m.compare_head_flow,
  map: m.compare_head_map,
  step: m.compare_head_step,
  tracking: m.compare_head_tracking,
  parameters: m.compare_head_parameters,
  properties: m.compare_head_properties,
  rows: m.compare_head_rows,
  functions: m.compare_head_functions,
  schedule: m.compare_head_schedule,
  connection: m.compare_head_connection,
  attachments: m.compare_head_attachments,
  members: m.compare_head_members,
  state: m.compare_head_state,
  other: m.compare_head_other,
};

const sameWords: Record<Area, (told: { count: number }) => string> = {
  about: m.compare_same_about,
  endpoint: m.compare_same_endpoint,
  flow: m.compare_same_flow,
  map: m.compare_same_map,
  step: m.compare_same_step,
  tracking: m.compare_same_tracking,
  parameters: m.compare_same_parameters,
  properties: m.compare_same_properties,
  rows: m.compare_same_rows,
  functions: m.compare_same_functions,
  schedule: m.compare_same_schedule,
  connection: m.compare_same_connection,
  attachments: m.compare_same_attachments,
  members: m.compare_same_members,
  state: m.compare_same_state,
  other: m.compare_same_other,
};

const ofWords: Record<Area, (told: { changed: string; count: number }) => string> = {
  about: m.compare_unit_about,
  endpoint: m.compare_unit_endpoint,
  flow: m.compare_unit_flow,
  map: m.compare_unit_map,
  step: m.compare_unit_step,
  tracking: m.compare_unit_tracking,
  parameters: m.compare_unit_parameters,
  properties: m.compare_unit_properties,
  rows: m.compare_unit_rows,
  functions: m.compare_unit_functions,
  schedule: m.compare_unit_schedule,
  connection: m.compare_unit_connection,
  attachments: m.compare_unit_attachments,
  members: m.compare_unit_members,
  state: m.compare_unit_state,
  other: m.compare_unit_other,
};

/** `Map in “Canadian tax”`. */
export function sectionTitle({ area, title }: Section): string {
  const [alone, named] = words[area];
  return title ? named({ title }) : alone();
}

/** `32 fields are the same`; empty for none. */
export function sameOf({ area, same }: Section): string {
  return same > 0 ? sameWords[area]({ count: same }) : '';
}

/** `2 of 34 fields`. */
export function countOf({ area, same, changes, table }: Section): string {
  const changed = table ? table.rows.length : changes.length;
  return ofWords[area]({ changed: number(changed), count: changed + same });
}

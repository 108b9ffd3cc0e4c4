/**
 * The readings of the window by name. Call these while a component is being set up; for a key that
 * depends on a route or a property, put the part that uses it under `{#key …}`.
 */
import { backend } from '$lib/backend';
import type { ArtifactId } from '$lib/backend/generated/ArtifactId';
import type { PlaceRef } from '$lib/backend/generated/PlaceRef';
import { placeParts } from '$lib/router/routes';
import { use } from './reading.svelte';

export function placeKey(place: PlaceRef): string {
  return placeParts(place).join(':');
}

/** So many entries of the audit log are shown. */
export const auditMost = 500;

/** So many messages are shown. */
const shownWords = 50;

export const reads = {
  about: () => use('about', () => backend().about()),
  home: () => use('home', () => backend().home()),
  instances: () => use('instances', () => backend().instances()),
  secrets: () => use('secrets', () => backend().secretsStatus()),
  signIn: (id: string) => use(`signIn:${id}`, () => backend().instanceSignIn(id)),
  audit: (instance?: string) =>
    use(`audit:${instance ?? ''}`, () => backend().auditEntries(auditMost, instance)),
  auditCheck: () => use('auditCheck', () => backend().auditCheck()),
  report: (run: string) => use(`report:${run}`, () => backend().report(run)),
  word: () => use('word', () => backend().word()),
  wordLog: () => use('word:log', () => backend().wordLog(shownWords)),
  schedules: () => use('schedules', () => backend().schedules()),
  targets: () => use('targets', () => backend().targets()),
  copiesOf: (snapshot: string) =>
    use(`targets:copies:${snapshot}`, () => backend().copiesOf(snapshot)),
  keeper: () => use('keeper', () => backend().keeper()),
  atLogin: () => use('atLogin', () => backend().atLogin()),
  vault: () => use('vault', () => backend().vaultStatus()),
  // These follow the vault: whatever outdates it outdates them.
  keepRules: () => use('vault:keep', () => backend().keepRules()),
  /** What the saved rules say of each snapshot. */
  kept: () => use('vault:kept', () => backend().keepPreview()),
  proof: () => use('vault:proof', () => backend().proofSettings()),
  proofs: () => use('vault:proofs', () => backend().proofs()),
  damage: () => use('vault:damage', () => backend().vaultDamage()),
  snapshots: (instance?: string) =>
    use(`snapshots:${instance ?? ''}`, () => backend().snapshots(instance)),
  snapshot: (id: string) => use(`snapshot:${id}`, () => backend().snapshotDetail(id)),
  // These follow the snapshots: whatever outdates those outdates them.
  snapshotDrift: (id: string) => use(`snapshot:${id}:drift`, () => backend().snapshotDrift(id)),
  drift: (instance: string) =>
    use(`snapshots:${instance}:drift`, () => backend().drift(instance, { onlyOutside: false })),
  artifactDrift: (instance: string, artifact: ArtifactId) =>
    use(`snapshots:${instance}:drift:${artifact}`, () =>
      backend().drift(instance, { artifact, onlyOutside: false }),
    ),
  catalogue: (place: PlaceRef) =>
    use(`catalogue:${placeKey(place)}`, (refresh) => backend().catalogue(place, refresh)),
  roles: (instance: string) => use(`roles:${instance}`, () => backend().roles(instance)),
  // These follow the catalogue: whatever outdates it outdates them.
  access: (place: PlaceRef, project: string) =>
    use(`catalogue:${placeKey(place)}:access:${project}`, () => backend().access(place, project)),
  graph: (place: PlaceRef) =>
    use(`catalogue:${placeKey(place)}:graph`, (refresh) => backend().graph(place, refresh)),
  impact: (place: PlaceRef, id: ArtifactId) =>
    use(`catalogue:${placeKey(place)}:impact:${id}`, () => backend().impact(place, id)),
  artifact: (place: PlaceRef, id: ArtifactId) =>
    use(`artifact:${placeKey(place)}:${id}`, () => backend().artifactDetail(place, id)),
  design: (place: PlaceRef, id: ArtifactId) =>
    use(`design:${placeKey(place)}:${id}`, () => backend().design(place, id)),
};

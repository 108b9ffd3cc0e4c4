/** What depends on what in the double's places. */
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { GraphView } from '../../src/lib/backend/generated/GraphView';
import type { ImpactView } from '../../src/lib/backend/generated/ImpactView';
import type { PlaceRef } from '../../src/lib/backend/generated/PlaceRef';
import { headOf } from './compare';
import type { DoubleState } from './state';

export function graphOf(state: DoubleState, place: PlaceRef): GraphView {
  return {
    head: headOf(state, place),
    nodes: [],
    edges: [],
    cycles: [],
    width: 0,
    height: 0,
    notes: [],
  };
}

export function impactOf(id: ArtifactId): ImpactView {
  return { id, rows: [], active: 0 };
}

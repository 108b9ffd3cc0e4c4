/** The double's comparisons. */
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { CompareView } from '../../src/lib/backend/generated/CompareView';
import type { DifferenceView } from '../../src/lib/backend/generated/DifferenceView';
import type { PlaceHead } from '../../src/lib/backend/generated/PlaceHead';
import type { PlaceRef } from '../../src/lib/backend/generated/PlaceRef';
import type { TextDifference } from '../../src/lib/backend/generated/TextDifference';
import { catalogueOf } from './places';
import type { DoubleState } from './state';

export function headOf(state: DoubleState, place: PlaceRef): PlaceHead {
  const { title, instanceId, environment, readAt } = catalogueOf(state, place);
  return {
    place,
    title,
    ...(instanceId ? { instanceId } : {}),
    ...(environment ? { environment } : {}),
    readAt,
  };
}

export function compareOf(state: DoubleState, left: PlaceRef, right: PlaceRef): CompareView {
  return {
    left: headOf(state, left),
    right: headOf(state, right),
    rows: [],
    counts: { onlyLeft: 0, onlyRight: 0, different: 0, environment: 0, same: 0, notCompared: 0 },
    notes: [],
    fetched: 0,
    tookMs: 12,
  };
}

export function differenceOf(leftId: ArtifactId, rightId: ArtifactId): DifferenceView {
  return {
    leftId,
    rightId,
    name: leftId,
    verdict: 'same',
    headline: 'Both mean the same.',
    difference: { sections: [], notCompared: [] },
    related: [],
  };
}

export function textOf(key: string): TextDifference {
  return { title: key, lines: [], skippedAfter: 0, cutOff: false };
}

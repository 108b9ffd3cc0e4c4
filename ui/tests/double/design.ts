/** What the double's integrations do. */
import type { ArtifactId } from '../../src/lib/backend/generated/ArtifactId';
import type { DesignView } from '../../src/lib/backend/generated/DesignView';

export function designOf(id: ArtifactId): DesignView {
  return {
    id,
    name: id,
    style: 'app-driven-sync',
    steps: [],
    stepCount: 0,
    tracking: [],
    scheduleParameters: [],
    properties: [],
    connections: [],
    lookups: [],
    libraries: [],
    calls: [],
    oddities: [],
    findings: [],
  };
}

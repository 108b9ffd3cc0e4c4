/** What the window can ask about who may do what, and about other values for connections in use. */
import type { AccessComparison } from './generated/AccessComparison';
import type { AccessCopy } from './generated/AccessCopy';
import type { AccessView } from './generated/AccessView';
import type { MoveView } from './generated/MoveView';
import type { PeopleEntry } from './generated/PeopleEntry';
import type { PeopleTable } from './generated/PeopleTable';
import type { PlaceRef } from './generated/PlaceRef';
import type { RolesComparison } from './generated/RolesComparison';
import type { RolesCopy } from './generated/RolesCopy';
import type { RolesEdit } from './generated/RolesEdit';
import type { RolesView } from './generated/RolesView';
import type { RotationAsk } from './generated/RotationAsk';
import type { RotationNew } from './generated/RotationNew';
import type { RotationView } from './generated/RotationView';
import type { WorkProgress } from './generated/WorkProgress';

export interface AccessBackend {
  access(place: PlaceRef, project: string): Promise<AccessView>;
  /** `other` where the project has another code at the right. */
  accessCompare(
    left: PlaceRef,
    right: PlaceRef,
    project: string,
    other?: string,
  ): Promise<AccessComparison>;
  /** Begins a move; it is planned and run like any other. */
  accessCopy(ask: AccessCopy): Promise<MoveView>;
  /** Who is whom in the identity domain of the second instance, as it was said. */
  people(from: string, to: string): Promise<PeopleTable>;
  /** What is given takes the place of the whole table. */
  peopleSet(from: string, to: string, entries: PeopleEntry[]): Promise<PeopleTable>;
  roles(instance: string): Promise<RolesView>;
  /** Of two instances. */
  rolesCompare(left: string, right: string): Promise<RolesComparison>;
  /** Both begin a move. */
  rolesCopy(ask: RolesCopy): Promise<MoveView>;
  rolesEdit(ask: RolesEdit): Promise<MoveView>;

  /** What giving connections other values would touch. Touches nothing. */
  rotationLook(
    ask: RotationAsk,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<RotationView>;
  /** Begins a move. Secrets by name; `keep` puts them into the place for secrets. */
  rotationNew(
    ask: RotationNew,
    secrets: readonly [string, string][],
    keep: boolean,
  ): Promise<MoveView>;
}

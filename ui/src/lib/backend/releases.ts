/** What the window can ask about projects, their deployments, and releases. */
import type { BuildThere } from './generated/BuildThere';
import type { DeploymentView } from './generated/DeploymentView';
import type { MovePlan } from './generated/MovePlan';
import type { MoveView } from './generated/MoveView';
import type { PlaceRef } from './generated/PlaceRef';
import type { ProjectView } from './generated/ProjectView';
import type { PromoteForm } from './generated/PromoteForm';
import type { ReleaseForm } from './generated/ReleaseForm';
import type { ReleaseSummary } from './generated/ReleaseSummary';
import type { ReleaseView } from './generated/ReleaseView';
import type { WorkProgress } from './generated/WorkProgress';

export interface ReleasesBackend {
  projects(place: PlaceRef, refresh: boolean): Promise<ProjectView[]>;
  /** How the deployments of a project, or of all, stand against their projects now. */
  deployments(
    place: PlaceRef,
    project: string | undefined,
    refresh: boolean,
  ): Promise<DeploymentView[]>;

  /** Newest first. */
  releases(): Promise<ReleaseSummary[]>;
  release(id: string): Promise<ReleaseView>;
  /** Which build of each project is in which instance. */
  buildsThere(project?: string): Promise<BuildThere[]>;
  /** Gives a release its number; nothing is changed in the instance before `releaseGoOn`. */
  releaseNew(form: ReleaseForm): Promise<ReleaseView>;
  /** Brings a release on until it is ready, or a person has to read something. */
  releaseGoOn(
    id: string,
    ticket: string,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<ReleaseView>;
  releaseAcknowledge(id: string, rule: string): Promise<ReleaseView>;
  /** Prepares and plans the move that carries it to an instance. */
  releasePromote(
    id: string,
    form: PromoteForm,
    ticket: string,
    onProgress: (progress: WorkProgress) => void,
  ): Promise<[ReleaseView, MovePlan]>;
  /** Prepares the way back from a promotion, as a move of its own. */
  releaseTakeBack(id: string, number: number): Promise<MoveView>;
  releaseGiveUp(id: string): Promise<ReleaseView>;
}

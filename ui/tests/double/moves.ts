/** The double's moves: choosing and planning, connections, runs. */
import type { MovesBackend } from '../../src/lib/backend';
import { DoubleMovesRuns } from './moves-runs';

export abstract class DoubleMoves extends DoubleMovesRuns implements MovesBackend {}

/** Ways through a flow: for the keys on the drawing, and for the words about a step. */
import type { StepView } from '$lib/backend/generated/StepView';
import type { Drawing, FlowNode } from './drawing';
import { isLabel } from './kinds';

/** Every step in the order of reading, with those around it, outermost first. */
export function everyStep(
  steps: readonly StepView[],
  around: readonly StepView[] = [],
): { step: StepView; around: readonly StepView[] }[] {
  return steps.flatMap((step) => [{ step, around }, ...everyStep(step.steps, [...around, step])]);
}

/** The nearest condition under which a step runs. */
export function runsWhen(around: readonly StepView[]): StepView | undefined {
  return [...around].reverse().find((step) => isLabel(step) || step.kind === 'while');
}

export type Arrow = 'ArrowDown' | 'ArrowUp' | 'ArrowLeft' | 'ArrowRight' | 'Home' | 'End';

/** Where an arrow leads from a node: along the flow, or into the column beside. */
export function walk(drawing: Drawing, from: string | undefined, arrow: Arrow): string | undefined {
  const { nodes } = drawing;
  const first = nodes[0]?.step.key;
  if (arrow === 'Home') return first;
  if (arrow === 'End') return nodes.at(-1)?.step.key;
  const at = nodes.findIndex((node) => node.step.key === from);
  const here = nodes[at];
  if (!here) return first;
  if (arrow === 'ArrowDown')
    return drawing.next.get(here.step.key) ?? nodes[at + 1]?.step.key ?? from;
  if (arrow === 'ArrowUp')
    return drawing.previous.get(here.step.key) ?? nodes[at - 1]?.step.key ?? from;
  return beside(nodes, here, arrow === 'ArrowRight' ? 1 : -1)?.step.key ?? from;
}

/** The nearest node at that side; one at the same height is nearer. */
function beside(nodes: readonly FlowNode[], here: FlowNode, way: 1 | -1): FlowNode | undefined {
  const middle = (node: FlowNode) => node.x + node.width / 2;
  const height = (node: FlowNode) => node.y + node.height / 2;
  let best: { node: FlowNode; far: number } | undefined;
  for (const node of nodes) {
    if (node.shape === 'title') continue;
    const across = (middle(node) - middle(here)) * way;
    if (node === here || across < 60) continue;
    const far = across + 3 * Math.abs(height(node) - height(here));
    if (!best || far < best.far) best = { node, far };
  }
  return best?.node;
}

import { describe, expect, it } from 'vitest';
import type { StepView } from '../src/lib/backend/generated/StepView';
import { box, type Drawing, type FlowNode } from '../src/lib/flow/drawing';
import { layout } from '../src/lib/flow/layout';
import { everyStep, runsWhen, walk, type Arrow } from '../src/lib/flow/walk';
import { drawnFlow, flow, longFlow } from './double/design';

const drawn = () => layout(flow(drawnFlow));
const node = (drawing: Drawing, name: string): FlowNode => {
  const found = drawing.nodes.find((one) => one.step.name === name);
  if (!found) throw new Error(`${name} is not drawn`);
  return found;
};
const middle = (one: FlowNode) => one.x + one.width / 2;

function overlaps(nodes: readonly FlowNode[]): string[] {
  const boxes = nodes.filter((one) => one.shape !== 'title');
  return boxes.flatMap((a, at) =>
    boxes
      .slice(at + 1)
      .filter(
        (b) =>
          a.x < b.x + b.width &&
          b.x < a.x + a.width &&
          a.y < b.y + b.height &&
          b.y < a.y + a.height,
      )
      .map((b) => `${a.step.key} over ${b.step.key}`),
  );
}

/** Each step as an object that counts how often something of it is looked at. */
function counted(steps: readonly StepView[], count: { looks: number }): StepView[] {
  return steps.map(
    (step) =>
      new Proxy(
        { ...step, steps: counted(step.steps, count) },
        {
          get(target, name) {
            count.looks++;
            return Reflect.get(target, name) as unknown;
          },
        },
      ),
  );
}

describe('the layout of a flow', () => {
  it('puts a sequence on one axis, a gap of 22 between its boxes of 178 by 48', () => {
    const drawing = drawn();
    const [first, second] = [node(drawing, 'Receive order'), node(drawing, 'Map to staging')];
    expect([first.width, first.height]).toEqual([box.width, box.height]);
    expect(middle(first)).toBe(middle(second));
    expect(second.y - first.y).toBe(70);
  });

  it('fans the routes of a switch out with their conditions, and joins them again', () => {
    const drawing = drawn();
    const columns = ['Canadian tax', 'Get US tax', 'Log country'].map((name) =>
      node(drawing, name),
    );
    expect(new Set(columns.map(({ y }) => y)).size).toBe(1);
    expect(columns.map(middle)).toEqual([...columns.map(middle)].sort((a, b) => a - b));
    expect(middle(columns[1] as FlowNode)).toBe(middle(node(drawing, 'Ship-to country')));
    expect(
      drawing.nodes.filter(({ shape }) => shape === 'label').map(({ step }) => step.name),
    ).toEqual(['CA', 'US', 'otherwise']);
    const foot = (columns[0] as FlowNode).y + box.height;
    const joining = drawing.lines.filter(({ arrow, top }) => !arrow && top === foot);
    expect(joining).toHaveLength(3);
    expect(new Set(joining.map(({ bottom }) => bottom)).size).toBe(1);
  });

  it('frames scopes and loops around what is in them, and puts fault handlers to the left', () => {
    const drawing = drawn();
    const [scope, loop] = ['scope', 'loop'].map((kind) =>
      drawing.frames.find((frame) => frame.kind === kind),
    );
    if (!scope || !loop) throw new Error('a frame is missing');
    for (const name of ['Create order', 'On any fault', 'Call error handler', 'Reserve stock']) {
      const one = node(drawing, name);
      expect(one.x).toBeGreaterThan(scope.x);
      expect(one.x + one.width).toBeLessThan(scope.x + scope.width);
      expect(one.y + one.height).toBeLessThan(scope.y + scope.height);
    }
    expect(loop.x).toBeGreaterThan(scope.x);
    expect(loop.y + loop.height).toBeLessThan(scope.y + scope.height);
    const fault = node(drawing, 'On any fault');
    expect(fault.x + fault.width).toBeLessThan(node(drawing, 'Create order').x);
    expect(node(drawing, 'Update status').y).toBeGreaterThan(scope.y + scope.height);
    expect(drawing.lines.filter(({ dashed }) => dashed)).toHaveLength(1);
  });

  it.each([
    ['drawn', flow(drawnFlow)],
    ['of 200 steps', longFlow(200)],
    ['of 600 steps', longFlow(600)],
  ])('lets nothing overlap in the flow %s, and leaves nothing outside', (_, steps) => {
    const drawing = layout(steps);
    expect(overlaps(drawing.nodes)).toEqual([]);
    for (const one of [...drawing.nodes, ...drawing.frames]) {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.y).toBeGreaterThanOrEqual(0);
      expect(one.y + one.height).toBeLessThanOrEqual(drawing.height);
      expect(one.x + one.width).toBeLessThanOrEqual(drawing.width + 1);
    }
  });

  it('draws or counts every step, in the order of reading', () => {
    const steps = longFlow(200);
    const drawing = layout(steps);
    const all = everyStep(steps).length;
    expect(drawing.shownBy.size + drawing.undrawn).toBe(all);
    // The whole flow's scope, a declaration, and the handler that only ends.
    expect(drawing.undrawn).toBe(4);
    const numbers = drawing.nodes.flatMap(({ step }) => step.number ?? []);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('shows an assignment in the box of its group', () => {
    const steps = flow([
      { kind: 'assignments', name: 'Keep', steps: [{ kind: 'assign', name: 'status' }] },
    ]);
    const drawing = layout(steps);
    expect(drawing.nodes).toHaveLength(1);
    expect(drawing.shownBy.get('0.0')).toBe('0');
  });

  it('draws no way on from a stop or a fault, and none out of a switch whose routes all end', () => {
    const ends = flow([
      {
        kind: 'router',
        steps: [
          { kind: 'route', steps: [{ kind: 'throw' }] },
          { kind: 'route', steps: [{ kind: 'stop' }] },
        ],
      },
      { kind: 'log', name: 'Never' },
    ]);
    const drawing = layout(ends);
    const never = node(drawing, 'Never');
    expect(drawing.lines.filter(({ bottom }) => bottom === never.y)).toEqual([]);
  });

  it('frames the whole flow only where its faults are handled', () => {
    const handled = (steps: { kind: string }[]) =>
      layout(
        flow([
          { kind: 'global-scope', steps: [{ kind: 'receive' }, { kind: 'catch-all', steps }] },
        ]),
      ).frames.length;
    expect(handled([{ kind: 'handler-end' }])).toBe(0);
    expect(handled([{ kind: 'notification' }, { kind: 'handler-end' }])).toBe(1);
  });

  it('draws a step of a kind that is not known, and what is in it', () => {
    const drawing = layout(
      flow([{ kind: 'b2bLoop', known: false, steps: [{ kind: 'log', name: 'In it' }] }]),
    );
    expect(drawing.nodes.map(({ step }) => step.kind)).toEqual(['b2bLoop', 'log']);
    expect(drawing.frames).toHaveLength(1);
  });

  it('draws the same flow the same way', () => {
    expect(layout(longFlow(200))).toEqual(layout(longFlow(200)));
  });

  it('looks at each step a set number of times, however many there are', () => {
    const looks = (atLeast: number) => {
      const steps = longFlow(atLeast);
      const count = { looks: 0 };
      layout(counted(steps, count));
      return count.looks / everyStep(steps).length;
    };
    const [small, large] = [looks(200), looks(1600)];
    expect(small).toBeLessThan(80);
    // Sorting by number adds a little; depth and width add nothing.
    expect(large).toBeLessThan(small * 1.3);
  });
});

describe('the keys on a flow', () => {
  const steps = flow(drawnFlow);
  const drawing = layout(steps);
  const from = (name: string, ...arrows: Arrow[]) => {
    let key: string | undefined = node(drawing, name).step.key;
    for (const arrow of arrows) key = walk(drawing, key, arrow);
    return drawing.nodes.find(({ step }) => step.key === key)?.step.name;
  };

  it('go down and up along the flow, through a switch and out of it', () => {
    expect(from('Receive order', 'ArrowDown')).toBe('Map to staging');
    expect(from('Ship-to country', 'ArrowDown')).toBe('CA');
    expect(from('Ship-to country', 'ArrowDown', 'ArrowDown')).toBe('Canadian tax');
    expect(from('Log country', 'ArrowDown')).toBe('Create and reserve');
    expect(from('US', 'ArrowUp')).toBe('Ship-to country');
    expect(from('Reserve stock', 'ArrowDown')).toBe('Update status');
  });

  it('go right and left into the columns, and to the handlers', () => {
    expect(from('Canadian tax', 'ArrowRight')).toBe('Get US tax');
    expect(from('Get US tax', 'ArrowRight')).toBe('Log country');
    expect(from('Log country', 'ArrowLeft', 'ArrowLeft')).toBe('Canadian tax');
    expect(from('Create order', 'ArrowLeft')).toBe('On any fault');
    expect(from('Canadian tax', 'ArrowLeft')).toBe('Canadian tax');
  });

  it('reach every step with down and right alone from the first, or End and Home', () => {
    expect(from('Canadian tax', 'Home')).toBe('Receive order');
    expect(from('Canadian tax', 'End')).toBe('Update status');
  });
});

describe('the words about a step', () => {
  it('tell the nearest condition around it', () => {
    const every = everyStep(flow(drawnFlow));
    const around = (name: string) => every.find(({ step }) => step.name === name)?.around ?? [];
    expect(runsWhen(around('Canadian tax'))?.condition).toBe('shipTo/country = "CA"');
    expect(runsWhen(around('Create order'))).toBeUndefined();
  });
});

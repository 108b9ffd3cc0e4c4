/**
 * Where the steps of a flow are drawn. Each step becomes a block that knows how far it reaches to
 * both sides of its axis; blocks of a sequence share one axis and stand below each other. Measured
 * from the inside out, then placed from the outside in: each step is looked at once.
 */
import type { StepView } from '$lib/backend/generated/StepView';
import {
  box,
  fanIn,
  fanOut,
  gap,
  stem,
  straight,
  type Drawing,
  type FlowFrame,
  type FlowNode,
} from './drawing';
import { endsWay, fansOut, isDeclaration, isFolded, isHandler, isLabel, isScope } from './kinds';
import { everyStep } from './walk';

/** From the bottom of a switch to the bar, from there to the columns, and from these to the join. */
const fan = { bar: 18, drop: 26, join: 20, label: 20 };
const frame = { side: 16, top: 10, title: 30, bottom: 16 };

interface Block {
  /** How far it reaches from its axis. */
  left: number;
  right: number;
  height: number;
  /** How far below its top the way ends in an arrow. */
  entry: number;
  /** The way goes on below it. */
  open: boolean;
  /** The keys where arrows come in and go on. */
  first: string | undefined;
  lasts: readonly string[];
  place: (axis: number, top: number, into: Drawing) => void;
}

export function layout(steps: readonly StepView[]): Drawing {
  const into: Drawing = {
    width: 0,
    height: 0,
    nodes: [],
    frames: [],
    lines: [],
    next: new Map(),
    previous: new Map(),
    shownBy: new Map(),
    undrawn: 0,
  };
  const whole = sequence(steps, true);
  into.width = Math.ceil(whole.left + whole.right);
  into.height = Math.ceil(whole.height);
  whole.place(whole.left, 0, into);
  const order = new Map(everyStep(steps).map(({ step }, at) => [step.key, at]));
  const placeOf = ({ step }: FlowNode) => order.get(step.key) ?? 0;
  into.nodes.sort((a, b) => placeOf(a) - placeOf(b));
  into.undrawn = countOf(steps) - into.shownBy.size;
  return into;
}

/** Steps below each other; `final`: nothing follows, so that the last columns need no join. */
function sequence(steps: readonly StepView[], final: boolean): Block {
  const drawn = unframed(steps).filter((step) => !isDeclaration(step));
  const blocks = drawn.map((step, at) => blockOf(step, final && at === drawn.length - 1));
  const half = box.width / 2;
  let height = 0;
  const tops = blocks.map((block, at) => {
    if (at > 0) height += gap.row - Math.min(block.entry, frame.top);
    const top = height;
    height += block.height;
    return top;
  });
  return {
    left: Math.max(half, ...blocks.map((block) => block.left)),
    right: Math.max(half, ...blocks.map((block) => block.right)),
    height,
    entry: blocks[0]?.entry ?? 0,
    open: blocks.at(-1)?.open ?? true,
    first: blocks[0]?.first,
    lasts: blocks.at(-1)?.lasts ?? [],
    place(axis, top, into) {
      for (const [at, block] of blocks.entries()) {
        const y = top + (tops[at] ?? 0);
        block.place(axis, y, into);
        const before = blocks[at - 1];
        if (!before) continue;
        if (before.open)
          into.lines.push(
            straight(axis, top + (tops[at - 1] ?? 0) + before.height, y + block.entry),
          );
        link(into, before.lasts, block.first);
      }
    },
  };
}

function blockOf(step: StepView, final: boolean): Block {
  if (isScope(step)) return scope(step);
  if (fansOut(step)) return columns(step, final);
  if (step.steps.length > 0 && !isFolded(step)) return loop(step);
  return single(step, shapeOf(step));
}

function shapeOf(step: StepView): FlowNode['shape'] {
  if (isHandler(step)) return 'fault';
  if (['receive', 'schedule', 'subscribe', 'pick-receive'].includes(step.kind)) return 'start';
  return step.kind === 'router' || step.kind === 'pick' ? 'fork' : 'box';
}

function single(step: StepView, shape: FlowNode['shape']): Block {
  const half = box.width / 2;
  return {
    left: half,
    right: half,
    height: box.height,
    entry: 0,
    open: !endsWay(step),
    first: step.key,
    lasts: [step.key],
    place: (axis, top, into) => {
      into.nodes.push({ step, shape, x: axis - half, y: top, ...box });
      into.shownBy.set(step.key, step.key);
      if (isFolded(step)) for (const one of step.steps) into.shownBy.set(one.key, step.key);
    },
  };
}

/** A box, then its columns beside each other, and the join of those that go on. */
function columns(step: StepView, final: boolean): Block {
  const head = single(step, shapeOf(step));
  const parts = step.steps.map((part) => {
    const labelled = isLabel(part);
    return { part, labelled, body: labelled ? sequence(part.steps, false) : branch(part) };
  });
  const axes: number[] = [];
  let at = 0;
  for (const { body } of parts) {
    axes.push(at + body.left);
    at += body.left + body.right + gap.column;
  }
  const width = at - gap.column;
  const middle = ((axes[0] ?? 0) + (axes.at(-1) ?? 0)) / 2;
  const own = axes.find((axis) => Math.abs(axis - middle) < 24) ?? middle;
  const bodyTop = box.height + fan.bar + fan.drop;
  const tallest = Math.max(...parts.map(({ body }) => body.height + bodyTop));
  const open = parts.some(({ body }) => body.open);
  const joins = open && !final;
  return {
    left: Math.max(own, head.left),
    right: Math.max(width - own, head.right),
    height: tallest + (joins ? fan.join : 0),
    entry: 0,
    open,
    first: step.key,
    lasts: parts.flatMap(({ part, body }) => (body.lasts.length > 0 ? body.lasts : [part.key])),
    place(axis, top, into) {
      head.place(axis, top, into);
      const bar = top + box.height + fan.bar;
      const start = axis - own;
      into.lines.push(stem(axis, top + box.height, bar));
      for (const [index, { part, labelled, body }] of parts.entries()) {
        const axisHere = axes[index] ?? 0;
        const x = start + axisHere;
        if (labelled) {
          // As far as the line of the next column.
          const room = (axes[index + 1] ?? axisHere + body.right + 8) - axisHere;
          place(into, part, 'label', x + 8, bar + 2, room - 16, fan.label);
          link(into, [part.key], body.first);
        }
        const heads = labelled ? part.key : body.first;
        if (index === 0) link(into, [step.key], heads);
        else if (heads) into.previous.set(heads, step.key);
        body.place(x, top + bodyTop, into);
        const empty = body.first === undefined;
        const end = top + bodyTop + body.height;
        const to = empty && joins ? top + bodyTop : top + bodyTop + body.entry;
        into.lines.push({ ...fanOut(axis, x, bar, to), arrow: !empty });
        if (joins && body.open)
          into.lines.push(fanIn(x, axis, empty ? to : end, top + tallest + fan.join));
      }
    },
  };
}

/** A column that begins with a box of its own. */
function branch(step: StepView): Block {
  const below = sequence(step.steps, false);
  const head = single(step, shapeOf(step));
  return step.steps.length === 0 ? head : under(head, below, false);
}

/** A box and what is in it below. */
function under(head: Block, below: Block, dashed: boolean): Block {
  const from = head.height + gap.row - Math.min(below.entry, frame.top);
  return {
    left: Math.max(head.left, below.left),
    right: Math.max(head.right, below.right),
    height: below.first === undefined ? head.height : from + below.height,
    entry: head.entry,
    open: below.open,
    first: head.first,
    lasts: below.first === undefined ? head.lasts : below.lasts,
    place(axis, top, into) {
      head.place(axis, top, into);
      below.place(axis, top + from, into);
      if (below.first === undefined) return;
      into.lines.push(straight(axis, top + head.height, top + from + below.entry, dashed));
      link(into, head.lasts, below.first);
    },
  };
}

/** A tinted frame: its own box on top, what it repeats below. */
function loop(step: StepView): Block {
  const inner = under(single(step, shapeOf(step)), sequence(step.steps, true), false);
  const left = inner.left + frame.side;
  const right = inner.right + frame.side;
  const height = frame.top + inner.height + frame.bottom;
  return {
    ...inner,
    left,
    right,
    height,
    entry: frame.top,
    open: true,
    place(axis, top, into) {
      into.frames.push(around(step, 'loop', axis - left, top, left + right, height));
      inner.place(axis, top + frame.top, into);
    },
  };
}

/** A dashed frame with its title; the handlers of its faults stand at the left. */
function scope(step: StepView): Block {
  const body = sequence(
    step.steps.filter((one) => !isHandler(one)),
    true,
  );
  const handlers = step.steps
    .filter(isHandler)
    .map((one) => under(single(one, 'fault'), sequence(one.steps, true), true));
  const lanes = laneOf(handlers, body.height);
  const lane = lanes.reduce((sum, one) => sum + one.width + gap.column, 0);
  const left = body.left + frame.side + lane;
  const right = body.right + frame.side;
  const tallest = Math.max(body.height, box.height, ...lanes.map((one) => one.height));
  const height = frame.title + tallest + frame.bottom;
  return {
    left,
    right,
    height,
    entry: body.first === undefined ? 0 : frame.title + body.entry,
    open: body.open || handlers.some((one) => one.open),
    first: step.key,
    lasts: body.first === undefined ? [step.key] : body.lasts,
    place(axis, top, into) {
      into.frames.push(around(step, 'scope', axis - left, top, left + right, height));
      const inside = top + frame.title;
      place(into, step, 'title', axis - left + 8, top + 3, left + right - 16, fan.label + 4);
      link(into, [step.key], body.first);
      body.place(axis, inside, into);
      let x = axis - body.left - gap.column;
      for (const one of lanes) {
        let y = inside;
        for (const handler of one.handlers) {
          handler.place(x - handler.right, y, into);
          if (handler.first) into.previous.set(handler.first, step.key);
          y += handler.height + gap.row;
        }
        x -= one.width + gap.column;
      }
    },
  };
}

/** Handlers below each other as far as there is room beside the body, else in a further lane. */
function laneOf(handlers: readonly Block[], room: number) {
  const lanes: { width: number; height: number; handlers: Block[] }[] = [];
  for (const handler of handlers) {
    const lane = lanes.at(-1);
    const width = handler.left + handler.right;
    if (lane && lane.height + gap.row + handler.height <= room) {
      lane.width = Math.max(lane.width, width);
      lane.height += gap.row + handler.height;
      lane.handlers.push(handler);
    } else lanes.push({ width, height: handler.height, handlers: [handler] });
  }
  return lanes;
}

function around(
  step: StepView,
  kind: FlowFrame['kind'],
  x: number,
  y: number,
  width: number,
  height: number,
): FlowFrame {
  return { key: step.key, kind, x, y, width, height };
}

function place(
  into: Drawing,
  step: StepView,
  shape: FlowNode['shape'],
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  into.nodes.push({ step, shape, x, y, width, height });
  into.shownBy.set(step.key, step.key);
}

function link(into: Drawing, from: readonly string[], to: string | undefined): void {
  if (to === undefined) return;
  for (const one of from) if (!into.next.has(one)) into.next.set(one, to);
  const [first] = from;
  if (first !== undefined && !into.previous.has(to)) into.previous.set(to, first);
}

/** A scope around the whole flow that does nothing about faults needs no frame. */
function unframed(steps: readonly StepView[]): readonly StepView[] {
  return steps.flatMap((step) => {
    const idle = step.steps
      .filter(isHandler)
      .every((handler) => handler.steps.every((one) => one.kind === 'handler-end'));
    return step.kind === 'global-scope' && idle
      ? step.steps.filter((one) => !isHandler(one))
      : [step];
  });
}

function countOf(steps: readonly StepView[]): number {
  return steps.reduce((sum, step) => sum + 1 + countOf(step.steps), 0);
}

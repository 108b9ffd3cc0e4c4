/** What is drawn below the boxes, from the bottom: one path for all of a kind. */
import type { Area } from '$lib/canvas/view.svelte';
import { crosses, type Sheet, type SheetBox, type SheetLine } from './sheet';
import type { World } from './world';

export interface Layer {
  /** The path, as SVG writes it. */
  path: string;
  /** Tokens of the style sheet. */
  stroke: string;
  fill?: string;
  width: number;
  /** Lengths of dashes and of the gaps between them. */
  dash?: readonly number[];
  opacity?: number;
}

export interface Drawn {
  world: World;
  sheet: Sheet;
  area: Area | undefined;
  zoom: number;
  current?: number;
  middle?: number;
  among?: ReadonlySet<number>;
  /** Directly linked with the current one. */
  beside: ReadonlySet<number>;
  /** Drawn as outlines, where they are too small to be read. */
  outlined?: readonly SheetBox[];
}

const joined = (lines: readonly SheetLine[]) => lines.map(({ path }) => path).join('');
const rectangle = ({ x, y, width, height }: SheetBox) => `M${x} ${y}h${width}v${height}h${-width}z`;
const cross = ({ x, y, width, height }: SheetBox) =>
  `M${x} ${y}l${width} ${height}M${x + width} ${y}l${-width} ${height}`;

const thickness = (zoom: number) => Math.max(1.25, 0.7 / zoom);
/** As few dots as needed: what is drawn for the lines must stay quick. */
const dashes = (zoom: number) => [5 / Math.min(1, zoom), 4 / Math.min(1, zoom)];

/** The lines that do not change with what is current, so that going on computes little anew. */
export function lineLayers({ world, sheet, area, zoom, among }: Drawn): Layer[] {
  const shown = sheet.lines.filter(
    (line) =>
      !line.framed &&
      crosses(line, area) &&
      (!among || (among.has(line.link.from) && among.has(line.link.to))),
  );
  const lacks = ({ link }: SheetLine) => world.nodes[link.to]?.present === false;
  const [width, dash] = [thickness(zoom), dashes(zoom)];
  const of = (test: (line: SheetLine) => boolean) => joined(shown.filter(test));
  return [
    { path: of(({ link }) => link.holds), stroke: '--rule', width, dash },
    {
      path: of((line) => !line.link.across && !line.link.holds && !lacks(line)),
      stroke: '--rule',
      width,
    },
    { path: of((line) => line.link.across && !lacks(line)), stroke: '--edge', width, dash },
    { path: of(lacks), stroke: '--warning', width, dash },
  ].filter(({ path }) => path !== '');
}

/** The outlines of boxes, each kind in its own shape. */
export function boxLayers({ zoom, among, beside, outlined }: Drawn): Layer[] {
  if (!outlined) return [];
  const [width, dash] = [thickness(zoom), dashes(zoom)];
  const faint = outlined.filter(({ node }) => among !== undefined && !among.has(node.at));
  const clear = outlined.filter(({ node }) => among === undefined || among.has(node.at));
  const of = (boxes: readonly SheetBox[]) => boxes.map(rectangle).join('');
  const unused = clear.filter(({ node }) => node.unused);
  const circle = clear.filter(({ node }) => typeof node.cycle === 'number');
  const gone = clear.filter(({ node }) => !node.present);
  const usual = clear.filter(
    ({ node }) => node.present && !node.unused && typeof node.cycle !== 'number',
  );
  return [
    { path: of(faint), stroke: '--rule', width, opacity: 0.6 },
    {
      path: of(usual),
      stroke: among ? '--ink-2' : '--rule',
      fill: among ? '--edge' : '--hover',
      width,
    },
    { path: of(unused), stroke: '--edge', width, dash },
    { path: of(circle), stroke: '--different', fill: '--hover', width: width * 3 },
    {
      path: of(gone) + gone.map(cross).join(''),
      stroke: '--warning',
      fill: '--sheet',
      width: width * 2,
    },
    {
      path: of(outlined.filter(({ node }) => beside.has(node.at))),
      stroke: '--accent',
      fill: '--accent-tint',
      width,
    },
  ].filter(({ path }) => path !== '');
}

/** The lines of the current one. */
export function ownLayer({ sheet, zoom, current, middle }: Drawn): Layer[] {
  if (current === undefined) return [];
  const own = sheet.lines.filter(
    ({ link, framed }) =>
      (link.from === current || link.to === current) && (!framed || current !== middle),
  );
  const path = joined(own);
  return path ? [{ path, stroke: '--accent', width: thickness(zoom) * 1.6 }] : [];
}

/** Frames around folded columns, with the line that stands for those between. */
export function frameLayers({ sheet, zoom, current, middle }: Drawn): Layer[] {
  return sheet.frames.flatMap(({ x, y, width, height, path }): Layer[] => {
    const line = thickness(zoom);
    const way = current === middle ? '--accent' : '--rule';
    return [
      {
        path: `M${x} ${y}h${width}v${height}h${-width}z`,
        stroke: '--rule',
        fill: '--sunken',
        width: line,
      },
      ...(path ? [{ path, stroke: way, width: line }] : []),
    ];
  });
}

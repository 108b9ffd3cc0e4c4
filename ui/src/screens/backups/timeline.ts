/** Where the marks of the timeline stand: a slot for each day, today at the right end. */
import type { SnapshotSummary } from '$lib/backend/generated/SnapshotSummary';
import { daysAgo } from '$lib/format/format';
import { changeCount } from './what-changed';

export interface Mark {
  snapshot: SnapshotSummary;
  x: number;
  width: number;
  height: number;
  /** The part of the day's slot that answers to a click. */
  hit: { x: number; width: number };
}
interface Tick {
  key: string;
  x: number;
  text: string;
  end: boolean;
}
export interface Timeline {
  marks: Mark[];
  ticks: Tick[];
  days: number;
}

/** A target of at least 24 px for a day with one snapshot. */
const slot = 24;
const most = 60;
export const tallest = 30;
const lowest = 4;
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** Oldest first, so that the order of reading is that of time. */
export function timelineOf(
  snapshots: readonly SnapshotSummary[],
  width: number,
  now: Date,
  today: string,
): Timeline {
  const days = Math.max(7, Math.min(most, Math.floor(width / slot)));
  const pitch = width / days;
  const shown = snapshots.filter((one) => daysAgo(one.takenAt, now) < days).reverse();
  const scale = Math.log1p(Math.max(1, ...shown.map(changeCount)));
  const byDay: Record<number, SnapshotSummary[]> = {};
  for (const one of shown) (byDay[Math.max(0, daysAgo(one.takenAt, now))] ??= []).push(one);
  const marks = Object.entries(byDay).flatMap(([ago, sameDay]) => {
    const left = (days - 1 - Number(ago)) * pitch;
    const part = pitch / sameDay.length;
    const thick = Math.max(1.5, Math.min(4, part - 2));
    return sameDay.map((snapshot, at) => ({
      snapshot,
      width: thick,
      height: lowest + (tallest - lowest) * (Math.log1p(changeCount(snapshot)) / scale),
      x: left + (pitch - sameDay.length * Math.min(part, 7)) / 2 + at * Math.min(part, 7),
      hit: { x: left + at * part, width: part },
    }));
  });
  marks.sort((a, b) => a.hit.x - b.hit.x);
  return { marks, ticks: ticksOf(days, pitch, now, today), days };
}

function ticksOf(days: number, pitch: number, now: Date, today: string): Tick[] {
  const every = Math.max(7, Math.ceil(days / 5));
  const ticks: Tick[] = [{ key: 'today', x: days * pitch, text: today, end: true }];
  for (let ago = every; ago < days; ago += every) {
    const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() - ago);
    ticks.push({
      key: String(ago),
      x: (days - 1 - ago) * pitch + pitch / 2,
      text: dayAndMonth.format(at),
      end: false,
    });
  }
  return ticks.filter((tick) => tick.end || tick.x > 18);
}

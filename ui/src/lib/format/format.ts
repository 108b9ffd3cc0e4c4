/** Numbers, sizes, times and durations in the person's own format and zone. */
import { m } from '$lib/paraglide/messages';

const minute = 60_000;
const day = 86_400_000;

const whole = new Intl.NumberFormat();
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const clockWithSeconds = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const dayAndMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayMonthYear = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const longDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'full' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

export function number(value: number): string {
  return whole.format(value);
}

/** `0 B`, `812 KB`, `1.3 GB`: powers of a thousand, as file windows show them. */
export function bytes(value: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  let step = 0;
  let shown = value;
  while (shown >= 1000 && step < units.length - 1) {
    shown /= 1000;
    step++;
  }
  if (step === 0) return `${number(shown)} B`;
  return new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: units[step],
    unitDisplay: 'short',
    maximumFractionDigits: step > 1 && shown < 100 ? 1 : 0,
  }).format(shown);
}

/** `0.4 s`, `38 s`, `6 min 12 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return m.duration_seconds({ seconds: (Math.max(ms, 0) / 1000).toFixed(1) });
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return m.duration_seconds({ seconds: String(seconds) });
  if (seconds < 3600)
    return m.duration_minutes({
      minutes: String(Math.floor(seconds / 60)),
      seconds: String(seconds % 60).padStart(2, '0'),
    });
  return m.duration_hours({
    hours: String(Math.floor(seconds / 3600)),
    minutes: String(Math.floor((seconds % 3600) / 60)),
  });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Whole days between the local dates: 0 today, 1 yesterday. */
export function daysAgo(at: string | Date, now: Date): number {
  return Math.round((startOfDay(now) - startOfDay(new Date(at))) / day);
}

/** `06:00` */
export function time(at: string | Date): string {
  return clock.format(new Date(at));
}

/** `06:00:12`, for logs. */
export function timeWithSeconds(at: string | Date): string {
  return clockWithSeconds.format(new Date(at));
}

/** Where a date stands: alone, or after other words. */
type Standing = 'alone' | 'inSentence';

/** `Today`, `Yesterday`, `18 Nov`, `18 Nov 2025`. */
export function date(at: string | Date, now: Date, standing: Standing = 'alone'): string {
  const when = new Date(at);
  const days = daysAgo(when, now);
  if (days === 0) return standing === 'alone' ? m.today() : m.today_in_sentence();
  if (days === 1) return standing === 'alone' ? m.yesterday() : m.yesterday_in_sentence();
  return (when.getFullYear() === now.getFullYear() ? dayAndMonth : dayMonthYear).format(when);
}

/** `Today, 06:00`, `18 Nov, 16:20`. */
export function when(at: string | Date, now: Date, standing: Standing = 'alone'): string {
  return m.date_and_time({ date: date(at, now, standing), time: time(at) });
}

/** The whole date and time with the zone, for tooltips. */
export function whenFull(at: string | Date): string {
  return full.format(new Date(at));
}

/** `Thursday, 19 November 2026` */
export function dayInFull(at: Date): string {
  return longDay.format(at);
}

/** `just now`, `3 min ago`, `2 h ago`, `4 days ago`. */
export function age(at: string | Date, now: Date): string {
  const ms = now.getTime() - new Date(at).getTime();
  if (ms < minute) return m.age_now();
  if (ms < 60 * minute) return m.age_minutes({ count: Math.floor(ms / minute) });
  if (ms < day) return m.age_hours({ count: Math.floor(ms / (60 * minute)) });
  return m.age_days({ count: Math.floor(ms / day) });
}

/** Puts a part of a long name out of the middle: `Acme integration … (Frankfurt)`. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const keep = most - 1;
  const head = Math.ceil(keep / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (keep - head))}`;
}

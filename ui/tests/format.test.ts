import { describe, expect, it } from 'vitest';
import { artifactName } from '../src/lib/format/artifact-id';
import { age, bytes, cutMiddle, date, duration, when } from '../src/lib/format/format';

const now = new Date(2026, 10, 19, 14, 30);

describe('times', () => {
  it('names today and yesterday, and leaves out this year', () => {
    expect(date(new Date(2026, 10, 19, 0, 1), now)).toBe('Today');
    expect(date(new Date(2026, 10, 18, 23, 59), now)).toBe('Yesterday');
    expect(date(new Date(2026, 8, 2), now)).not.toContain('2026');
    expect(date(new Date(2025, 8, 2), now)).toContain('2025');
    expect(when(new Date(2026, 10, 19, 6, 0), now, 'inSentence')).toMatch(/^today, .*6:00/);
  });

  it('counts the days by date also where a day has 23 hours', () => {
    expect(date(new Date(2026, 2, 28, 12), new Date(2026, 2, 29, 12))).toBe('Yesterday');
  });

  it('tells an age in the unit that fits', () => {
    const ago = (ms: number) => age(new Date(now.getTime() - ms), now);
    expect(ago(20_000)).toBe('just now');
    expect(ago(3 * 60_000)).toBe('3 min ago');
    expect(ago(2 * 3_600_000)).toBe('2 h ago');
    expect(ago(24 * 3_600_000)).toBe('1 day ago');
    expect(ago(4 * 24 * 3_600_000)).toBe('4 days ago');
  });

  it('tells a duration in at most two units', () => {
    expect(duration(400)).toBe('0.4 s');
    expect(duration(38_000)).toBe('38 s');
    expect(duration(62_000)).toBe('1 min 02 s');
    expect(duration(7_500_000)).toBe('2 h 5 min');
  });
});

describe('sizes and names', () => {
  it('shows sizes by thousands', () => {
    expect(bytes(0)).toMatch(/^0\s?B/);
    expect(bytes(812_000)).toBe('812 kB');
    expect(bytes(1_300_000_000)).toBe('1.3 GB');
  });

  it('cuts a long name in the middle and never grows one', () => {
    expect(cutMiddle('Acme DEV', 20)).toBe('Acme DEV');
    const cut = cutMiddle('Acme integration for orders (Frankfurt)', 20);
    expect(cut).toHaveLength(20);
    expect(cut).toMatch(/^Acme.*…*furt\)$/);
  });

  it('splits the id of an artifact, whatever its code holds', () => {
    expect(artifactName('integration:ORDER_SYNC|01.02.0003')).toEqual({
      kind: 'integration',
      code: 'ORDER_SYNC',
      version: '01.02.0003',
    });
    expect(artifactName('P1/lookup:a/b:c')).toEqual({
      kind: 'lookup',
      code: 'a/b:c',
      project: 'P1',
    });
    expect(artifactName('lookup:A|B|1')).toEqual({ kind: 'lookup', code: 'A|B', version: '1' });
  });
});

import { describe, expect, it } from 'vitest';
import { withoutNulls } from '../src/lib/backend/absent';

describe('what the application sends', () => {
  it('has no member without a value, however deep', () => {
    const sent = { id: 'WB-0001', to: null, runs: [{ title: null, at: 0 }], head: { read: null } };
    expect(withoutNulls(sent)).toStrictEqual({ id: 'WB-0001', runs: [{ at: 0 }], head: {} });
  });

  it('keeps an answer that is nothing, what stands in a list, and what is empty', () => {
    expect(withoutNulls(null)).toBeNull();
    expect(withoutNulls(['', null, false, 0])).toStrictEqual(['', null, false, 0]);
    expect(withoutNulls(new Uint8Array(2))).toStrictEqual(new Uint8Array(2));
  });
});

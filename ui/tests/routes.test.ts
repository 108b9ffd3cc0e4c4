import { describe, expect, it } from 'vitest';
import { href, parse, railEntryOf, type Route } from '../src/lib/router/routes';

describe('addresses of the window', () => {
  const routes: Route[] = [
    { screen: 'home' },
    { screen: 'instances' },
    { screen: 'instance-new' },
    { screen: 'instance-new', address: 'https://design.example.com/?integrationInstance=a b' },
    { screen: 'instance', id: 'acme/dev' },
    { screen: 'explore' },
    { screen: 'explore', place: { type: 'instance', id: 'dev' } },
    {
      screen: 'explore',
      place: { type: 'snapshot', id: '4f1c' },
      artifact: 'P/integration:A|01.00',
    },
    { screen: 'explore', place: { type: 'file', path: 'C:\\tmp\\a b%.iar' }, search: 'order & co' },
    {
      screen: 'compare',
      left: { type: 'instance', id: 'dev' },
      right: { type: 'snapshot', id: '4f1c' },
      within: 'P/deployment:D 1',
    },
    { screen: 'backups' },
    { screen: 'backups', instance: 'dev' },
    { screen: 'backups', instance: 'dev', snapshot: '4f1c' },
    { screen: 'activity', run: 'r1' },
    { screen: 'settings', section: 'vault' },
  ];

  it.each(routes)('leads back to the same place: %o', (route) => {
    expect(parse(href(route))).toEqual(route);
  });

  it('leads to Home from an unknown or broken address', () => {
    expect(parse('')).toEqual({ screen: 'home' });
    expect(parse('#/nowhere/1')).toEqual({ screen: 'home' });
    expect(parse('#/instances/%E0%A4%A')).toEqual({ screen: 'instance', id: '%E0%A4%A' });
  });

  it('keeps the rail on Instances while one is edited', () => {
    expect(railEntryOf({ screen: 'instance', id: 'dev' })).toBe('instances');
  });
});

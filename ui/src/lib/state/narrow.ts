/** Below this width the rail shows icons and a panel becomes a page of its own. */
import { MediaQuery } from 'svelte/reactivity';

export const narrowWindow = new MediaQuery('max-width: 56rem');

/** The time to the second, for what counts down. It moves only while something shown reads it. */
import { createSubscriber } from 'svelte/reactivity';

class SecondClock {
  #subscribe = createSubscriber((update) => {
    const timer = setInterval(update, 1000);
    return () => clearInterval(timer);
  });

  /** Milliseconds since 1970. */
  get now(): number {
    this.#subscribe();
    return Date.now();
  }
}

export const secondClock = new SecondClock();

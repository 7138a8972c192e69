let state = 1;

/** Begins the row of numbers that a seed stands for. */
export function seedRandom(seed) {
  state = seed;
}

/** A whole number from 0 up to but not including `limit`: the same row in every run of a seed (mulberry32). */
export function random(limit) {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((((mixed ^ (mixed >>> 14)) >>> 0) * limit) / 2 ** 32) | 0;
}

/** Whether something happens that does once in so many times. */
export function onceIn(times) {
  return random(times) === 0;
}

export function pick(items) {
  return items[random(items.length)];
}

/** Numbers of every width: counts, fractions, and now and then one that has no digits. */
export function randomValue() {
  switch (random(8)) {
    case 0:
      return random(1000) / 64;
    case 1:
      return 10 ** random(20) * (random(1000) / 999);
    case 2:
      return onceIn(50) ? Infinity : random(10 ** 9);
    default:
      return random(100);
  }
}

import fc from 'fast-check';

// One seed for a plain `npm test`, so that a change is judged by the change and not by luck; `FAST_CHECK_SEED=n` tries another. What
// fails prints its seed and its shrunken example either way.
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_124) });

// Prisma leaves timers of a minute behind, for which its process would stay after its work is done.
const start = globalThis.setTimeout;
globalThis.setTimeout = (work, delay, ...args) => {
  const timer = start(work, delay, ...args);
  if (delay >= 5000) timer.unref();
  return timer;
};

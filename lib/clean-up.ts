/**
 * Does the work and cleans up after it, also when it fails or is interrupted; `keep`: only then. The signal tells work
 * that cleaning has begun: what it makes after that would stay.
 */
export async function cleaningUp<T>(
  work: (cleaning: AbortSignal) => Promise<T>,
  remove: () => Promise<void>,
  { keep = false } = {},
): Promise<T> {
  const begun = new AbortController();
  let cleaning: Promise<void> | undefined;
  const clean = () => {
    begun.abort();
    cleaning ??= remove();
    return cleaning;
  };
  const interrupted = () => void clean().finally(() => process.exit(130));
  const terminated = () => void clean().finally(() => process.exit(143));
  process.once('SIGINT', interrupted).once('SIGTERM', terminated);
  try {
    return await work(begun.signal);
  } finally {
    if (!keep) await clean();
    process.off('SIGINT', interrupted).off('SIGTERM', terminated);
  }
}

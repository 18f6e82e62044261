/** Bounded waits: the one bound of every wait of a test. */

export const BOUND_MS = 30_000;

/** Waits for it, for at most the bound. */
export async function bounded<T>(awaited: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not happen within ${BOUND_MS} ms: ${what}`)), BOUND_MS);
  });
  try {
    return await Promise.race([awaited, late]);
  } finally {
    clearTimeout(timer);
  }
}

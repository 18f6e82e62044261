/** Web storage that may be switched off: then nothing is kept, and nothing breaks. */

/** What is kept under a name, or null. */
export function kept(storage: () => Storage, name: string): string | null {
  try {
    return storage().getItem(name);
  } catch {
    return null;
  }
}

/** Keeps a value; null keeps none. */
export function keep(storage: () => Storage, name: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(name);
    else storage().setItem(name, value);
  } catch {
    // The browser does not allow it: the value lives as long as the page.
  }
}

export const thisTab = (): Storage => sessionStorage;
export const thisBrowser = (): Storage => localStorage;

/** Values that JSON can hold. */

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object that JSON can hold. A property that is undefined is left out. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Whether a value has more than so many levels of lists and objects. Looks without recursion, however deep it is. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0;; depth++) {
    const nested = level.filter((each) => typeof each === "object" && each !== null);
    if (nested.length === 0) return false;
    if (depth >= levels) return true;
    level = nested.flatMap((each) => Object.values(each as object));
  }
}

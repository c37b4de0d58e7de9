/** Values that JSON can hold. */

/** A value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** An object that JSON can hold. A property that is undefined is left out. */
export type JsonObject = { readonly [key: string]: Json | undefined };

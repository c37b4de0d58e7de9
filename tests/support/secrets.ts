/** Secrets for tests, put together at run time: no file of this project holds one. */
import type { TokenShape } from "../../src/core/secret_shapes.ts";

/** A token of a shape; another `seed` makes another one. */
export function tokenOf({ beginnings, characters, least }: TokenShape, seed: number): string {
  const allowed = Array.from("k3Vq9ZtB7mXw2RhN5cLpD8sFgJ6yTdQ4aKzE1uWoMfbe0").filter((character) =>
    new RegExp(`[${characters}]`).test(character)
  );
  const rest = Array.from({ length: least }, (_, index) => allowed[(index * 7 + seed * 3) % allowed.length]);
  return (beginnings[seed % beginnings.length] ?? "") + rest.join("");
}

/** A token of the shape that a forge's personal tokens have. */
export function forgeToken(seed = 0): string {
  return tokenOf(
    { kind: "github-token", beginnings: ["gh" + "p_"], characters: "A-Za-z0-9", least: 36 },
    seed,
  );
}

/** Something that looks like a private key in PEM and opens nothing. `kind` ends with a space. */
export function privateKey(kind: string, seed = 1): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const line = (row: number) =>
    Array.from(
      { length: 64 },
      (_, column) => alphabet[(row * 31 + column * 17 * seed + column * column) % 64],
    ).join("");
  const body = Array.from({ length: 12 }, (_, row) => line(row));
  return [`-----BEGIN ${kind}PRIVATE KEY-----`, ...body, "c2hvcnQ=", `-----END ${kind}PRIVATE KEY-----`].join(
    "\n",
  );
}

/** Reads single variables of the environment, and notes every one that makes no sense. */

/** A configuration that makes no sense. The message names each variable, its value and what is accepted. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the variables of one area; what makes no sense is noted, and a harmless value stands in for it until all are
 * read.
 */
export class ConfigReader<Name extends string> {
  readonly #record: Readonly<Partial<Record<Name, string | undefined>>>;
  readonly #problems: string[];
  readonly #sources: Readonly<Partial<Record<Name, string>>> | undefined;

  /**
   * @param problems Where what makes no sense is noted, a clause each.
   * @param sources What a clause calls a variable whose value came from elsewhere: a flag.
   */
  constructor(
    record: Readonly<Partial<Record<Name, string | undefined>>>,
    problems: string[],
    sources?: Readonly<Partial<Record<Name, string>>>,
  ) {
    this.#record = record;
    this.#problems = problems;
    this.#sources = sources;
  }

  /** Notes that a variable's value is not accepted. The value is repeated: not for secrets. */
  refuse(name: Name, value: string, reason: string): void {
    this.#problems.push(`${this.#sources?.[name] ?? name}=${quoted(value)} ${reason}`);
  }

  /** Notes a problem in words of its own. */
  note(problem: string): void {
    this.#problems.push(problem);
  }

  /** An empty variable is like none. */
  text(name: Name): string | undefined {
    const value = this.#record[name]?.trim();
    return value === "" ? undefined : value;
  }

  /** Names as a `Host` header has them. A port says nothing: a tunnel's outer port is not the server's. */
  hosts(name: Name): string[] {
    return this.list(name, { accepted: "a host name such as mcp.example.com", read: toHostName });
  }

  /** Origins as a browser sends them: without a path, and without a port that is the scheme's own. */
  origins(name: Name): string[] {
    return this.list(name, { accepted: "an origin such as https://chatgpt.com", read: toOrigin });
  }

  /** Values separated by commas; `read` returns undefined for one that is not accepted. */
  list<Value>(
    name: Name,
    { accepted, read }: { accepted: string; read: (part: string) => Value | undefined },
  ): Value[] {
    const parts = (this.text(name) ?? "").split(",").map((part) => part.trim());
    return parts.filter((part) => part !== "").flatMap((part) => {
      const value = read(part);
      if (value === undefined) this.refuse(name, part, `is not ${accepted}`);
      return value === undefined ? [] : [value];
    });
  }

  /** A whole number from `min` to `max`. */
  integer(
    name: Name,
    { fallback, min, max }: { fallback: number; min: number; max: number },
  ): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
    if (number >= min && number <= max) return number;
    this.refuse(name, value, `is not a whole number from ${min} to ${max}`);
    return fallback;
  }

  /** `1` or `0`. */
  flag(name: Name, fallback = false): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (["1", "true"].includes(value)) return true;
    if (!["0", "false"].includes(value)) this.refuse(name, value, "is neither 1 nor 0");
    return false;
  }

  /** One of the words; the first by default. */
  choice<Choice extends string>(name: Name, choices: readonly [Choice, ...Choice[]]): Choice {
    const value = this.text(name);
    if (value === undefined) return choices[0];
    const chosen = choices.find((choice) => choice === value);
    if (chosen === undefined) this.refuse(name, value, `is none of ${choices.join(", ")}`);
    return chosen ?? choices[0];
  }

  /** An HTTP address without a query, a fragment or a password. */
  url(name: Name): URL | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const url = URL.parse(value);
    // A user name or password would stand in every citation.
    const isPlain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === "";
    if (isPlain && ["http:", "https:"].includes(url.protocol)) return url;
    this.refuse(name, value, "is not an address such as https://mcp.example.com");
    return undefined;
  }
}

function toHostName(part: string): string | undefined {
  return /^[a-z0-9.:[\]_-]+$/i.test(part) ? URL.parse(`http://${part.toLowerCase()}`)?.hostname : undefined;
}

function toOrigin(part: string): string | undefined {
  const origin = /^(null|[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+)\/?$/.exec(part.toLowerCase())?.[1];
  return origin !== undefined && /^https?:/.test(origin) ? URL.parse(origin)?.origin : origin;
}

/** One line, whatever the value holds: a line break in it would begin a line of its own. */
export function quoted(value: string): string {
  return JSON.stringify(value.length > VALUE_CHARS_SHOWN ? `${value.slice(0, VALUE_CHARS_SHOWN)}…` : value);
}

/** Characters of a value that an error repeats. */
const VALUE_CHARS_SHOWN = 100;

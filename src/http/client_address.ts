/** From which address a request comes, where proxies that the operator trusts are believed about it, and no one else. */
import type { BlockList } from "node:net";
import { nodeNet } from "../core/node_modules.ts";

/** What stands for a caller whose address is not known: all of them share it. */
const UNKNOWN = "unknown";

/** Finds addresses. */
export class ClientAddresses {
  /** Undefined where nobody is trusted. */
  readonly #trusted: BlockList | undefined;

  /** @param proxies Addresses, or networks such as `10.0.0.0/8`. */
  constructor(proxies: readonly string[]) {
    if (proxies.length === 0) return;
    this.#trusted = new (nodeNet().BlockList)();
    for (const proxy of proxies) {
      const [address = "", bits] = proxy.split("/");
      const family = familyOf(address);
      if (bits === undefined) this.#trusted.addAddress(address, family);
      else this.#trusted.addSubnet(address, Number(bits), family);
    }
  }

  /**
   * The address, shortened to the network that one caller of IPv6 has for itself.
   *
   * @param connection What `Deno.serve` says of the socket.
   */
  of(headers: Headers, connection: unknown): string {
    const socket = socketAddress(connection);
    if (socket === undefined) return UNKNOWN;
    return networkOf(this.#isTrusted(socket) ? this.#forwarded(headers, socket) : socket);
  }

  /** Each proxy adds whom it was asked by, so the chain is believed from its end up to the first that is not trusted. */
  #forwarded(headers: Headers, socket: string): string {
    const chain = (headers.get("x-forwarded-for") ?? "").split(",").map((part) => bare(part.trim()));
    let client = socket;
    for (const address of chain.reverse()) {
      if (nodeNet().isIP(address) === 0) return client;
      client = address;
      if (!this.#isTrusted(address)) return client;
    }
    return client;
  }

  #isTrusted(address: string): boolean {
    return this.#trusted?.check(address, familyOf(address)) ?? false;
  }
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return nodeNet().isIP(address) === 4 ? "ipv4" : "ipv6";
}

function socketAddress(connection: unknown): string | undefined {
  const { remoteAddr } = (connection ?? {}) as { remoteAddr?: { hostname?: unknown } };
  const hostname = remoteAddr?.hostname;
  return typeof hostname === "string" ? bare(hostname) : undefined;
}

/** Without a port, brackets and a zone; IPv4 in IPv6 as IPv4. */
function bare(address: string): string {
  const inner = /^\[(.*?)\](?::\d+)?$/.exec(address)?.[1] ??
    address.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1");
  return inner.replace(/%.*$/, "").replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

/** The first 64 bits of an address of IPv6: a caller chooses the others. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.toLowerCase().split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - front.length - back.length)).fill("0");
  return `${
    [...front, ...zeros, ...back].slice(0, 4).map((part) => part.replace(/^0+(?=.)/, "")).join(":")
  }::/64`;
}

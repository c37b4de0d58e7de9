/** How much the edge of one server lets in, put together. */
import { Admission, type AdmissionOptions } from "./admission.ts";
import { ClientAddresses } from "./client_address.ts";
import { OpenStreams } from "./open_streams.ts";
import { Patience } from "./patience.ts";

/** See the module. */
export interface EdgeLimits {
  readonly admission: Admission;
  readonly addresses: ClientAddresses;
  readonly streams: OpenStreams;
  /** How long a body is waited for. */
  readonly patience: Patience;
}

/** Makes the limits. `streamsMax` is how many one caller has, `trustedProxies` whose word about addresses is believed. */
export function edgeLimits(
  options: AdmissionOptions & { readonly streamsMax: number; readonly trustedProxies: readonly string[] },
): EdgeLimits {
  return {
    admission: new Admission(options),
    addresses: new ClientAddresses(options.trustedProxies),
    streams: new OpenStreams(options.streamsMax),
    patience: new Patience(),
  };
}

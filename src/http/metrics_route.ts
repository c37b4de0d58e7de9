/** `GET /metrics`: what a Prometheus scrapes. */
import type { Answer } from "./mcp_route.ts";
import { text } from "./responses.ts";
import type { Route } from "./route.ts";

/** See the module. `read` gives the text and its media type. */
export function metricsRoute(read: () => Promise<{ readonly text: string; readonly type: string }>): Route {
  return {
    scope: "ops",
    async get(): Promise<Answer> {
      const metrics = await read();
      return { response: text(metrics.text, { "content-type": metrics.type }), facts: {} };
    },
  };
}

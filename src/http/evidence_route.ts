/** `GET /evidence/export?from=30d&to=now`: a zip to be kept and checked elsewhere. */
import type { Answer } from "./mcp_route.ts";
import { failed } from "./failure.ts";
import { SAFE_HEADERS } from "./responses.ts";
import type { Route } from "./route.ts";

/** What came of asking for the zip. */
export type EvidenceAnswer =
  | { readonly kind: "zip"; readonly name: string; readonly body: ReadableStream<Uint8Array<ArrayBuffer>> }
  | { readonly kind: "bad_span" | "busy"; readonly message: string };

/** Makes the zip. */
export type ExportEvidence = (
  span: { readonly from: string; readonly to: string },
) => Promise<EvidenceAnswer>;

/** What is exported where nothing is said. */
const DEFAULTS = { from: "30d", to: "now" } as const;

/** See the module. */
export function evidenceRoute(exportEvidence: ExportEvidence): Route {
  return {
    scope: "ops",
    async get(_request, { url: { searchParams } }): Promise<Answer> {
      const { from = DEFAULTS.from, to = DEFAULTS.to, ...others } = Object.fromEntries(searchParams);
      const problem = parameterProblem(searchParams, Object.keys(others));
      if (problem !== undefined) return failed(400, { code: "invalid_arguments", message: problem });
      const made = await exportEvidence({ from, to });
      switch (made.kind) {
        case "bad_span":
          return failed(400, { code: "invalid_arguments", message: made.message });
        case "busy":
          return failed(503, { code: "busy", message: made.message }, { "retry-after": "10" });
        case "zip": {
          const headers = {
            ...SAFE_HEADERS,
            "content-type": "application/zip",
            "content-disposition": `attachment; filename="${made.name}"`,
          };
          return { response: new Response(made.body, { headers }), facts: {} };
        }
        default:
          return made satisfies never;
      }
    },
  };
}

/** A mistyped "form" would export another span than was meant. */
function parameterProblem(given: URLSearchParams, unknown: readonly string[]): string | undefined {
  if (unknown[0] !== undefined) {
    return `Cannot export: there is no parameter "${unknown[0].slice(0, 100)}"; they are "from" and "to"`;
  }
  const twice = ["from", "to"].find((name) => given.getAll(name).length > 1);
  return twice === undefined ? undefined : `Cannot export: "${twice}" is given more than once`;
}

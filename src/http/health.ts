/** `/healthz` says that the process answers, `/readyz` that its parts can serve. */
import { empty, json } from "./responses.ts";

/** One part of the server. `detail` says what is missing, or what cannot be had. */
export interface PartState {
  readonly ready: boolean;
  readonly detail?: string;
}

/** The parts by name. */
export type Readiness = Readonly<Record<string, PartState>>;

/** Answers either route. */
export async function answerHealth(
  request: Request,
  options: { route: "/healthz" | "/readyz"; readiness: () => Promise<Readiness> },
): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    const error = { message: `Cannot ${request.method} ${options.route}: ask with GET` };
    return json(405, JSON.stringify({ error }), { allow: "GET, HEAD" });
  }
  if (options.route === "/healthz") return answer(request, 200, { ok: true });
  const parts = await options.readiness();
  const ready = Object.values(parts).every((part) => part.ready);
  return answer(request, ready ? 200 : 503, { ready, parts });
}

function answer(request: Request, status: number, body: unknown): Response {
  if (request.method === "HEAD") return empty(status, { "content-type": "application/json" });
  return json(status, JSON.stringify(body));
}

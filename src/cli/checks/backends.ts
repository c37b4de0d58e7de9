/** Whether what runs evaluations, knows models and measures canaries is there. */
import { PrometheusClient } from "../../adapters/slo/prometheus/client.ts";
import { whatToDo } from "../../adapters/slo/prometheus/what_to_do.ts";
import { findProgram } from "../../launcher/find_program.ts";
import { type Check, type CheckContext, type Finding, ok, problem } from "../check.ts";

/** How long a service may take to say anything. */
const ANSWER_MS = 3_000;

export const backendsCheck: Check = {
  name: "backends",
  look: (context) => Promise.all([evalBackend(context), registry(context), monitor(context)]),
};

async function evalBackend({ config: { evals: { backend } }, root, git }: CheckContext): Promise<Finding> {
  switch (backend.kind) {
    case "simulated":
      return ok(
        "evaluations are simulated, and say so; LUKHAS_EVAL_BACKEND is command or http for real ones",
      );
    case "command": {
      const [name = ""] = backend.argv;
      const program = name.includes("/")
        ? name
        : await findProgram(name, { path: git.env.PATH ?? "", outside: root });
      if (program === undefined) {
        return problem(`LUKHAS_EVAL_COMMAND: there is no ${JSON.stringify(name)} on the PATH`);
      }
      const { state } = await Deno.permissions.query({ name: "run" });
      if (state === "granted") return ok(`evaluations are run by ${program}`);
      return problem(
        "LUKHAS_EVAL_BACKEND=command needs a start with --allow-run, or a file compiled with --commands",
      );
    }
    case "http":
      return await service("evaluations", { url: backend.url, variable: "LUKHAS_EVAL_URL" });
    default:
      return backend satisfies never;
  }
}

async function registry({ config: { registry: { mlflow } } }: CheckContext): Promise<Finding> {
  if (mlflow === undefined) return ok("models are kept in the store; MLFLOW_TRACKING_URI for a registry");
  return await service("models", { url: mlflow.url, variable: "MLFLOW_TRACKING_URI" });
}

/** Asked as a canary asks it: a wrong address often leads to something that answers too. */
async function monitor(
  { config: { canary: { monitor, prometheus } }, parts: { clock } }: CheckContext,
): Promise<Finding> {
  if (monitor === "simulated" || prometheus === undefined) {
    return ok("canaries are measured by a simulated monitor, and say so; PROM_URL for Prometheus");
  }
  const { access } = prometheus;
  const result = await new PrometheusClient(access, clock.elapsed).query({
    promql: "time()",
    time: undefined,
    budgetMs: ANSWER_MS,
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (result.kind === "samples") return ok(`canaries: Prometheus answers at ${access.url}`);
  return problem(`canaries: ${access.url}: ${result.found}${whatToDo(result.code)}`);
}

/** Any answer will do: what a service thinks of a request without a key is its own affair. */
async function service(
  what: string,
  { url, variable }: { url: string; variable: string },
): Promise<Finding> {
  try {
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    return ok(`${what}: ${url} answers`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return problem(
      `${what}: ${url} does not answer (${error.message}): set ${variable}, or start what is there`,
    );
  }
}

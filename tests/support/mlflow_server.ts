/** An HTTP server that answers MLflow's calls about versions and aliases as its REST API documents. */

/** A call as it arrived. */
export interface MlflowCall {
  readonly method: string;
  /** Behind `/api/2.0/mlflow`, without the query. */
  readonly path: string;
  /** The query of a GET, the JSON body of the others. */
  readonly args: Record<string, string>;
  readonly headers: Headers;
}

/** See the module. */
export class MlflowServer implements AsyncDisposable {
  readonly calls: MlflowCall[] = [];
  /** `name/version` to status. */
  readonly versions = new Map<string, string>();
  /** `name alias` to version. */
  readonly aliases = new Map<string, string>();
  readonly tags = new Map<string, string>();
  /** Asked before each call: a response instead of MLflow's own. */
  instead: (call: MlflowCall) => Response | undefined = () => undefined;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(...versions: string[]) {
    for (const version of versions) this.versions.set(version, "READY");
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#handle(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** What was called, as `METHOD path`. */
  get trail(): string[] {
    return this.calls.map(({ method, path }) => `${method} ${path}`);
  }

  async #handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const isGet = request.method === "GET";
    const args = isGet ? Object.fromEntries(url.searchParams) : await request.json();
    const path = url.pathname.replace("/api/2.0/mlflow", "");
    const call = { method: request.method, path, args, headers: request.headers };
    this.calls.push(call);
    if (!isGet && request.headers.get("content-type") !== "application/json") {
      return failure(400, "INVALID_PARAMETER_VALUE", "Bad Request. Content-Type header is missing.");
    }
    return this.instead(call) ?? this.#answer(call);
  }

  #answer({ method, path, args }: MlflowCall): Response {
    const { name = "", version = "", alias = "" } = args;
    const key = `${name} ${alias}`;
    switch (`${method} ${path}`) {
      case "GET /model-versions/get":
        return this.#version(name, version);
      case "GET /registered-models/alias": {
        const found = this.aliases.get(key);
        if (found !== undefined) return this.#version(name, found);
        return failure(400, "INVALID_PARAMETER_VALUE", `Registered model alias ${alias} not found.`);
      }
      case "POST /registered-models/alias":
        if (!this.versions.has(`${name}/${version}`)) return this.#version(name, version);
        this.aliases.set(key, version);
        return Response.json({});
      case "DELETE /registered-models/alias":
        this.aliases.delete(key);
        return Response.json({});
      case "POST /model-versions/set-tag":
        this.tags.set(`${name}/${version} ${args.key}`, args.value ?? "");
        return Response.json({});
      default:
        return failure(404, "ENDPOINT_NOT_FOUND", path);
    }
  }

  #version(name: string, version: string): Response {
    const status = this.versions.get(`${name}/${version}`);
    if (status !== undefined) return Response.json({ model_version: { name, version, status } });
    const message = `Model Version (name=${name}, version=${version}) not found`;
    return failure(404, "RESOURCE_DOES_NOT_EXIST", message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** MLflow's own form of an error. */
export function failure(status: number, errorCode: string, message: string): Response {
  return Response.json({ error_code: errorCode, message }, { status });
}

/** Serves the fixture on a free port of this machine, and prints its address. */
import { Fixture } from "./fixture.ts";

const fixture = new Fixture();
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => Deno.stdout.writeSync(new TextEncoder().encode(`http://127.0.0.1:${port}\n`)),
}, fixture.fetch);

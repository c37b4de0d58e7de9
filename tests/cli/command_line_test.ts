/** The command line: what is understood, and the one line that everything else is refused with. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { type CommandLine, PINNED_FLAG, readCommandLine } from "../../src/cli/command_line.ts";
import { EXIT, StartError } from "../../src/launcher/launch_parts.ts";

const NOTHING: CommandLine = { command: "serve", flags: {}, operands: [], pinnedRoot: undefined };

async function refusal(args: readonly string[]): Promise<string> {
  const error = await readCommandLine(args).then(() => undefined, (error) => error);
  assert.ok(error instanceof StartError, `accepted: ${args.join(" ")}`);
  assert.equal(error.exitCode, EXIT.config);
  assert.ok(!error.message.includes("\n"), "one line");
  return error.message;
}

Deno.test("a command line: what each form means", async () => {
  const cases: [string, Partial<CommandLine>][] = [
    ["", {}],
    ["serve", {}],
    ["stdio", { command: "stdio" }],
    ["--root /srv/a", { flags: { root: "/srv/a" } }],
    ["--root=/srv/a --port=0 --host ::1", { flags: { root: "/srv/a", port: "0", host: "::1" } }],
    ["--root /srv/a stdio", { command: "stdio", flags: { root: "/srv/a" } }],
    ["stdio --root -odd", {}],
    ["stdio --root=-odd", { command: "stdio", flags: { root: "-odd" } }],
    ["smoke", { command: "smoke" }],
    ["smoke --yes http://h k", { command: "smoke", flags: { yes: "" }, operands: ["http://h", "k"] }],
    ["doctor --port 1", { command: "doctor", flags: { port: "1" } }],
    ["version", { command: "version" }],
    ["--version", { command: "version", flags: { version: "" } }],
    ["-V", { command: "version", flags: { version: "" } }],
    ["--help", { command: "help", flags: { help: "" } }],
    ["-h", { command: "help", flags: { help: "" } }],
    ["stdio --help", { command: "help", flags: { help: "" }, operands: ["stdio"] }],
    ["help smoke", { command: "help", operands: ["smoke"] }],
    [`${PINNED_FLAG} /srv/a`, { pinnedRoot: "/srv/a" }],
    [`${PINNED_FLAG} /srv/a doctor --root /srv/b`, {
      command: "doctor",
      flags: { root: "/srv/b" },
      pinnedRoot: "/srv/a",
    }],
  ];
  for (const [text, expected] of cases) {
    const args = text === "" ? [] : text.split(" ");
    if (text === "stdio --root -odd") assert.match(await refusal(args), /--root needs a value/);
    else assert.deepEqual(await readCommandLine(args), { ...NOTHING, ...expected }, text);
  }
});

Deno.test("a command line that makes no sense is refused, and the nearest thing that does is named", async () => {
  const cases: [string, RegExp][] = [
    ["--prot 80", /^Unknown flag "--prot"; did you mean --port\?$/],
    ["--roots /srv", /did you mean --root\?/],
    ["--hots x", /did you mean --host\?/],
    ["--Port 80", /did you mean --port\?/],
    ["--no-yes", /^Unknown flag "--no-yes"; there are --root, .* and --version$/],
    ["-p 80", /^Unknown flag "-p"; /],
    ["sreve", /^Unknown command "sreve"; did you mean serve\?$/],
    ["studio", /did you mean stdio\?/],
    ["help docter", /did you mean doctor\?/],
    ["frobnicate", /there are serve, stdio, smoke, doctor, version and help/],
    ["serve now", /^serve takes nothing beside flags, not "now"$/],
    ["smoke a b c", /^smoke takes at most URL and KEY beside flags, not "c"$/],
    ["stdio --port 80", /^stdio takes no --port; there are --root, --help and --version$/],
    ["serve --yes", /^serve takes no --yes/],
    ["--port", /^--port needs a value: --port=N$/],
    ["--port=", /--port needs a value/],
    ["--port --host x", /--port needs a value/],
    ["--port 1 --port 2", /^--port is given twice$/],
    ["smoke --yes=no", /^--yes takes no value$/],
    [`serve ${PINNED_FLAG} /srv`, /^Unknown flag "--pinned-root"/],
    [`${PINNED_FLAG} /srv ${PINNED_FLAG} /other`, /^Unknown flag "--pinned-root"/],
    ["-- --port", /^Unknown command "--port"/],
    ["__proto__", /^Unknown command "__proto__"/],
    ["--__proto__ x", /^Unknown flag "--__proto__"/],
    ["--constructor", /^Unknown flag "--constructor"/],
  ];
  for (const [text, expected] of cases) assert.match(await refusal(text.split(" ")), expected, text);
});

Deno.test("whatever stands on the command line is understood, or refused in one line", async () => {
  const word = fc.oneof(
    fc.constantFrom(
      "serve",
      "stdio",
      "smoke",
      "doctor",
      "help",
      "--root",
      "--port",
      "--yes",
      "-h",
      "--",
      "-",
    ),
    fc.string({ maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 10 }).map((text) => `--${text}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 5 }), async (args) => {
      try {
        const { flags, operands } = await readCommandLine(args);
        for (const [name, value] of Object.entries(flags)) {
          assert.ok(args.some((arg) => arg.includes(name) || /^-[hV]/.test(arg)), `${name} was given`);
          assert.ok(value === "" || args.some((arg) => arg.includes(value)), "the value was given");
        }
        assert.ok(operands.length <= 2);
      } catch (error) {
        assert.ok(error instanceof StartError, String(error));
        assert.ok(!/[\n\r]/.test(error.message), "one line");
      }
    }),
    { numRuns: 300, seed: 7 },
  );
});

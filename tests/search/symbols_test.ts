import assert from "node:assert/strict";
import fc from "fast-check";
import type { Language } from "../../src/core/languages.ts";
import { LANGUAGES } from "../../src/core/languages.ts";
import { symbolsIn } from "../../src/search/symbols.ts";
import { threadMs } from "../support/thread_time.ts";

/** What each language's text defines: `line kind name`. */
const CASES: readonly { language: Language; text: string; expected: string }[] = [
  {
    language: "typescript",
    text: `import { type Params, type RequestId } from "./x.ts";
import {
  type Alpha,
  type Beta,
} from "./y.ts";
/** class Fake */
export default abstract class Cage<Key> extends Base {
  static #secret = 1;
  constructor(readonly x: number) {
    if (x) {
      go();
    }
  }
  async *read<T>(path: string): Promise<T> {
    const inner = 1;
    return for_(inner);
  }
  get size(): number {
    return 1;
  }
}
export interface Shape { a: number }
export type Id = string;
export const enum Color { Red }
export const LIMIT = 10;
export const later = async (run: () => void) => run();
export function* walk(
  a: string,
) {}
declare module "x" {}
namespace Inner {}
`,
    expected:
      "7 class Cage|14 method read|18 method size|22 interface Shape|23 type Id|24 enum Color|25 constant LIMIT|" +
      "26 function later|27 function walk|31 module Inner",
  },
  {
    language: "javascript",
    text:
      "exports.start = function () {};\nmodule.exports.stop = 1;\nFoo.prototype.bar = function () {};\nvar x = function () {};\n",
    expected: "1 function start|2 function stop|3 function bar|4 function x",
  },
  {
    language: "python",
    text:
      'LIMIT: int = 3\nclass Foo(Base):\n    """class Fake of things"""\n    async def go(self):\n        x == 1\n\ndef top[T](a):\n    pass\n_log = 1\n',
    expected: "1 constant LIMIT|2 class Foo|4 method go|7 function top|9 variable _log",
  },
  {
    language: "go",
    text:
      "package x\n\nconst (\n\tMaxSize = 1\n\tminSize int = 2\n)\n\ntype (\n\tInner struct {\n)\ntype Server struct {\n}\ntype Fn func()\ntype R interface {\n}\nfunc (s *Server) Serve() {}\nfunc New[T any]() {}\nvar errX = 1\n",
    expected:
      "4 constant MaxSize|5 constant minSize|9 struct Inner|11 struct Server|13 type Fn|14 interface R|16 method Serve|17 function New|18 variable errX",
  },
  {
    language: "rust",
    text:
      'pub(crate) async unsafe fn run<T>() {}\nimpl Foo {\n    pub const fn new() -> Self {}\n}\npub struct Foo;\nenum E {}\ntrait T {}\ntype A = B;\npub static mut COUNT: u8 = 1;\nmacro_rules! my_vec {}\nmod tests {}\nextern "C" fn ffi() {}\npub mod elsewhere;\n',
    expected:
      "1 function run|3 method new|5 struct Foo|6 enum E|7 trait T|8 type A|9 constant COUNT|10 macro my_vec|11 module tests|12 function ffi",
  },
  {
    language: "java",
    text:
      "public final class Foo<T> {\n  private static final int MAX_SIZE = 1;\n  public Foo(int a) {\n    if (a) {\n    }\n  }\n  @Override\n  protected List<String> read(String p) throws IOException {\n    return call(p);\n  }\n}\npublic @interface Mark {}\nrecord Point(int x) {}\n",
    expected: "1 class Foo|2 constant MAX_SIZE|3 method Foo|8 method read|12 interface Mark|13 class Point",
  },
  {
    language: "c",
    text:
      "#define MAX_LEN 10\nstruct node {\n  int a;\n};\nstatic int *parse_line(const char *s,\n    int n)\n{\n  if (n) {\n    go(s);\n  }\n}\nint later(void);\ntypedef unsigned int uint;\ntypedef struct {\n} Thing;\n",
    expected: "1 macro MAX_LEN|2 struct node|5 function parse_line|13 type uint|15 type Thing",
  },
  {
    language: "cpp",
    text:
      "namespace a::b {\nclass EXPORT_API Foo final : public Bar {\n public:\n  explicit Foo(int a) {}\n  int size() const { return 1; }\n};\nint Foo::go(int a) {\n}\nusing Id = int;\n",
    expected: "1 module b|2 class Foo|4 method Foo|5 method size|7 function go|9 type Id",
  },
  {
    language: "csharp",
    text:
      "namespace A.B;\npublic sealed partial class Foo : IBar {\n  private const int Max = 1;\n  public async Task<int> RunAsync(int a)\n  {\n  }\n  public string Name { get; set; }\n}\npublic record struct Point(int X);\n",
    expected: "1 module B|2 class Foo|3 variable Max|4 method RunAsync|7 variable Name|9 class Point",
  },
  {
    language: "ruby",
    text:
      "module A\n  class B::C < D\n    MAX = 1\n    attr_reader :name\n    def self.run!(x)\n    end\n    private def ok?\n    end\n  end\nend\n",
    expected: "1 module A|2 class C|3 constant MAX|4 method name|5 method run!|7 method ok?",
  },
  {
    language: "php",
    text:
      "<?php\nfinal class Foo {\n  const MAX = 1;\n  public static function &run($a) {\n  }\n}\ninterface I {}\nfunction top() {}\ndefine('NAME', 1);\n",
    expected: "2 class Foo|3 constant MAX|4 method run|7 interface I|8 function top|9 constant NAME",
  },
  {
    language: "shell",
    text: "#!/bin/sh\nexport HOME_DIR=/x\nfunction go {\n}\nstop() {\n  exit 1\n}\nif [ x ]; then\nfi\n",
    expected: "2 variable HOME_DIR|3 function go|5 function stop",
  },
  {
    language: "sql",
    text:
      'CREATE TABLE IF NOT EXISTS public."users" (id int);\ncreate or replace function go() returns int;\nCREATE UNIQUE INDEX by_name ON users(name);\n',
    expected: "1 table users|2 function go|3 variable by_name",
  },
  {
    language: "markdown",
    text: "# One\n\n```sh\n# not a heading\n```\n## Two ##\n\nThree\n=====\n\n- a\n---\ntext\n",
    expected: "1 heading One|6 heading Two|8 heading Three",
  },
];

for (const { language, text, expected } of CASES) {
  Deno.test(`symbols of ${language} are found with their kinds and lines`, () => {
    const found = symbolsIn(text, language);
    assert.deepEqual(found.map(({ line, kind, name }) => `${line} ${kind} ${name}`), expected.split("|"));
  });
}

/** Ways to write a definition that are met in real repositories, and what only looks like one. */
const WAYS: readonly { language: Language; text: string; expected: string }[] = [
  {
    language: "typescript",
    text: `class Store {
  create(
    name: string,
    { size = 1 }: Options = {},
  ): Promise<Store> {
    assertEquals(
      await run(name),
      1,
    );
    encode(bin as string, {
      standard: true,
    });
    test("a name", function () {
    });
    each(async () => {
    });
  }
  get size(): number { return 1; }
  abstract stop(now: boolean): void;
}
`,
    expected: "1 class Store|2 method create|18 method size|19 method stop",
  },
  {
    language: "c",
    text: `static inline void
arena_init(arena_t *arena, size_t size) {
}
static int add(int a, int b) { return a + b; }
void declared(int a,
    int b);
typedef void (*callback)(void *data);
struct __attribute__((packed)) header {
};
int main(int argc,
    char **argv)
{
    return run(argc, argv);
}
`,
    expected: "2 function arena_init|4 function add|7 type callback|8 struct header|10 function main",
  },
  {
    language: "cpp",
    text: `template<typename T> class Box {};
struct is_int<long> : std::true_type {};
enum class Format { json, cbor };
union value
{
};
namespace std // NOLINT
{
  std::pair<iterator, bool> emplace(Args&& ... args)
  {
    CHECK(parse("{}") == json({1}));
    Dispatcher dispatcher(random, {});
  }
  Box(int a)
    : member(a), other(b) {}
  int size() const { return 1; }
}
`,
    expected:
      "1 class Box|2 struct is_int|3 enum Format|4 struct value|7 module std|9 method emplace|14 method Box|16 method size",
  },
  {
    language: "java",
    text: `interface Source<T> {
    String getValue();
    abstract T create(long[] values) throws IOException;
    public Result read(
        Reader reader) {
        return parse(reader);
    }
    void go() {
        throw new IllegalStateException();
        listen(new Listener() {
        });
        new Thread() {
        };
    }
}
`,
    expected: "1 interface Source|2 method getValue|3 method create|4 method read|8 method go",
  },
  {
    language: "csharp",
    text: `class Map {
    public int Count() { return count; }
    partial void OnCreated();
    private static readonly Cache<Type, List<string>> names = new Cache<Type, List<string>>();
}
`,
    expected: "1 class Map|2 method Count|3 method OnCreated|4 variable names",
  },
];

for (const { language, text, expected } of WAYS) {
  Deno.test(`symbols of ${language} are found as real repositories write them, and no calls`, () => {
    const found = symbolsIn(text, language);
    assert.deepEqual(found.map(({ line, kind, name }) => `${line} ${kind} ${name}`), expected.split("|"));
  });
}

Deno.test("symbols of any text are found in time, in order, and on its lines", () => {
  const word = fc.constantFrom(
    "class",
    "def",
    "fn",
    "export",
    "(",
    ")",
    "{",
    "\n",
    "\t",
    " ",
    "x",
    "A_B",
    "=",
    "::",
    "#",
    "```",
    "<",
    "ü",
    "func",
  );
  fc.assert(
    fc.property(fc.constantFrom(...LANGUAGES), fc.array(word, { maxLength: 200 }), (language, words) => {
      const text = words.join("");
      const found = symbolsIn(text, language);
      const lines = text.split("\n");
      found.reduce((before, { name, line }) => {
        assert.ok(name !== "" && line >= before && lines[line - 1]?.includes(name.split("\n")[0] ?? ""));
        return line;
      }, 1);
    }),
    { numRuns: 300, seed: 4 },
  );
});

Deno.test("symbols of a line of a megabyte cost no more than its length", () => {
  const lines = [
    "a",
    "a ",
    "a.b::",
    "x(",
    "public static ",
    "type a<",
    "const a: ",
    "a, ",
    "{",
    "export ",
    "\t",
    "# ",
    "if (",
    "A_ ",
  ];
  for (const language of LANGUAGES) {
    for (const line of lines) {
      const text = line.repeat(900_000 / line.length);
      const started = threadMs();
      symbolsIn(text, language);
      assert.ok(
        threadMs() - started < 1_500,
        `${language}: ${JSON.stringify(line)} took ${threadMs() - started} ms`,
      );
    }
  }
});

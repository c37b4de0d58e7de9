/**
 * The shapes of well-known tokens: a beginning that nothing else has, and how it goes on. They are the issuers' own
 * (their secret scanning pages); what has no shape of its own (passwords, AWS secret keys, JWTs) is not among them.
 */

/** One kind of token. */
export interface TokenShape {
  readonly kind: string;
  readonly beginnings: readonly string[];
  /** The characters behind the beginning, as the inside of a character class. */
  readonly characters: string;
  /** How many of them there are, at least. */
  readonly least: number;
  /** And at most: a longer run is something else. @default Infinity */
  readonly most?: number;
}

/** How the beginnings of private keys (`-----BEGIN RSA PRIVATE KEY-----`) look in base64, as Kubernetes keeps them. */
const ENCODED_KEYS = ["", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "].map((kind) =>
  btoa(`-----BEGIN ${kind}PRIVATE KEY`).replace(/.{0,3}={0,2}$/, "")
);

const WORD = "A-Za-z0-9_\\-";
const ALNUM = "A-Za-z0-9";

/** Every kind that is known. */
export const TOKEN_SHAPES: readonly TokenShape[] = [
  { kind: "aws-access-key", beginnings: ["AKIA", "ASIA"], characters: "A-Z0-9", least: 16, most: 16 },
  {
    kind: "github-token",
    beginnings: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
    characters: ALNUM,
    least: 36,
  },
  { kind: "github-token", beginnings: ["github_pat_"], characters: `${ALNUM}_`, least: 22 },
  {
    kind: "gitlab-token",
    beginnings: ["glpat-", "gldt-", "glrt-", "glptt-"],
    characters: `${WORD}.`,
    least: 20,
  },
  {
    kind: "slack-token",
    beginnings: ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxe.", "xapp-"],
    characters: `${ALNUM}.\\-`,
    least: 20,
  },
  { kind: "slack-webhook", beginnings: ["hooks.slack.com/services/"], characters: `${ALNUM}/`, least: 30 },
  {
    kind: "stripe-key",
    beginnings: ["sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"],
    characters: ALNUM,
    least: 24,
  },
  { kind: "google-key", beginnings: ["AIza"], characters: WORD, least: 35, most: 35 },
  { kind: "google-secret", beginnings: ["GOCSPX-"], characters: WORD, least: 28 },
  { kind: "google-token", beginnings: ["ya29."], characters: WORD, least: 40 },
  { kind: "anthropic-key", beginnings: ["sk-ant-"], characters: WORD, least: 20 },
  { kind: "openai-key", beginnings: ["sk-proj-", "sk-svcacct-", "sk-admin-"], characters: WORD, least: 20 },
  { kind: "openai-key", beginnings: ["sk-"], characters: ALNUM, least: 48, most: 48 },
  { kind: "npm-token", beginnings: ["npm_"], characters: ALNUM, least: 36, most: 36 },
  { kind: "pypi-token", beginnings: ["pypi-AgE"], characters: WORD, least: 50 },
  { kind: "huggingface-token", beginnings: ["hf_"], characters: ALNUM, least: 34, most: 40 },
  { kind: "sendgrid-key", beginnings: ["SG."], characters: `${WORD}.`, least: 66, most: 66 },
  {
    kind: "digitalocean-token",
    beginnings: ["dop_v1_", "doo_v1_", "dor_v1_"],
    characters: "a-f0-9",
    least: 64,
  },
  { kind: "shopify-token", beginnings: ["shpat_", "shpca_", "shpss_"], characters: "A-Fa-f0-9", least: 32 },
  { kind: "docker-token", beginnings: ["dckr_pat_"], characters: WORD, least: 27 },
  { kind: "databricks-token", beginnings: ["dapi"], characters: "a-f0-9", least: 32, most: 32 },
  { kind: "vault-token", beginnings: ["hvs.", "hvb."], characters: WORD, least: 24 },
  { kind: "linear-key", beginnings: ["lin_api_"], characters: ALNUM, least: 40 },
  { kind: "newrelic-key", beginnings: ["NRAK-"], characters: "A-Z0-9", least: 27, most: 27 },
  { kind: "encoded-private-key", beginnings: ENCODED_KEYS, characters: `${ALNUM}+/=`, least: 64 },
  { kind: "age-key", beginnings: ["AGE-SECRET-KEY-1"], characters: "A-Z0-9", least: 58, most: 58 },
];

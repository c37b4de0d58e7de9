/** Every limit of the server in one place. The unit is the last word of the name. */

/** Largest request body that is read, unless `MCP_MAX_BODY_BYTES` says otherwise. */
export const BODY_BYTES_MAX = 4 * 1024 * 1024;

/** Largest file that is read into memory. */
export const FILE_BYTES_MAX = 10 * 1024 * 1024;

/** Most text that one answer of `fetch` or `read_file` carries. */
export const TEXT_BYTES_MAX = 256 * 1024;

/** Largest file that is answered as base64. */
export const BASE64_FILE_BYTES_MAX = 1024 * 1024;

/** Longest path that a caller may name, in UTF-16 code units. Linux's PATH_MAX. */
export const PATH_CHARS_MAX = 4096;

/** Most segments of a path. Each costs a look at the file system. */
export const PATH_SEGMENTS_MAX = 256;

/** Symbolic links followed for one path before it counts as a loop (Linux: 40). */
export const SYMLINK_HOPS_MAX = 40;

/** Longest glob, in UTF-16 code units. */
export const GLOB_CHARS_MAX = 512;

/** Most alternatives that the braces of one glob may expand to. */
export const GLOB_BRACES_MAX = 256;

/** Largest patch text. */
export const PATCH_BYTES_MAX = 2 * 1024 * 1024;

/** Most files that one patch may change. */
export const PATCH_FILES_MAX = 100;

/** Longest search query, in UTF-16 code units. */
export const QUERY_CHARS_MAX = 2000;

/** Longest commit message. */
export const COMMIT_MESSAGE_BYTES_MAX = 64 * 1024;

/** Most paths that one commit may name. */
export const COMMIT_PATHS_MAX = 1000;

/** git processes that run at the same time; further calls wait. */
export const GIT_PROCESSES_MAX = 8;

/** How long one reading git process may run. */
export const GIT_READ_TIMEOUT_MS = 20_000;

/** How long one writing git process may run: a commit in a large repository on a slow disk. */
export const GIT_WRITE_TIMEOUT_MS = 120_000;

/** Most output that is kept of one git process; past it the process is ended. */
export const GIT_OUTPUT_BYTES_MAX = 32 * 1024 * 1024;

/** How long an `index.lock` of another git process is waited for. */
export const GIT_LOCK_WAIT_MS = 2_000;

/** Most text of one `git_diff` answer. */
export const DIFF_BYTES_MAX = 256 * 1024;

/** Most log lines that wait for a slow reader of stderr; past it they are dropped, and counted. */
export const LOG_QUEUE_BYTES_MAX = 1024 * 1024;

/**
 * How long the last log lines may take to be written when the server stops. A machine with much else to do writes late; only a
 * reader that has stopped reading costs this much.
 */
export const LOG_FLUSH_MS = 2_000;

/** How long the requests that are under way may take to finish when the server stops. */
export const SHUTDOWN_GRACE_MS = 10_000;

/** Messages of one JSON-RPC batch (2025-03-26 alone has them). */
export const BATCH_MESSAGES_MAX = 50;

/** Longest id or progress token of a request, in UTF-16 code units: every message about the request repeats it. */
export const REQUEST_ID_CHARS_MAX = 1_024;

/** Sessions of handshake clients that are kept; of who has most, the one unused for longest gives way. */
export const SESSIONS_MAX = 1_000;

/** How long a session without a request, a call or an open stream is kept. */
export const SESSION_IDLE_MS = 30 * 60_000;

/** Streams of one session whose events are kept for a client that resumes. */
export const SESSION_STREAMS_MAX = 16;

/** Resources that one session or one listen stream may watch. */
export const SUBSCRIPTIONS_MAX = 256;

/** Events of one stream that are kept for a client that resumes. */
export const STREAM_EVENTS_MAX = 256;

/** Text of those events, in UTF-16 code units. */
export const STREAM_EVENTS_CHARS_MAX = 1024 * 1024;

/** How long a client waits before it resumes a stream that ended early (SSE `retry`). */
export const STREAM_RETRY_MS = 1_000;

/** How often a long silent stream says that it is alive. */
export const STREAM_KEEPALIVE_MS = 15_000;

/** Bytes that wait for a reader who does not read, before its stream is ended. */
export const STREAM_BACKLOG_BYTES_MAX = 4 * 1024 * 1024;

/** Open `subscriptions/listen` streams. */
export const LISTEN_STREAMS_MAX = 256;

/** How long a question to a client's person may stay unanswered. */
export const ASK_TIMEOUT_MS = 10 * 60_000;

/** How long a client may take from one round of `input_required` to the next. */
export const REQUEST_STATE_LIFETIME_MS = 15 * 60_000;

/** How long a call lasts at least before its client is watched for going away. Watching costs more than a short call. */
export const DISCONNECT_WATCH_AFTER_MS = 20;

/** Values of one completion (MCP, `CompleteResult`). */
export const COMPLETION_VALUES_MAX = 100;

/** Files, and among them the overview, on one page of `resources/list`. */
export const RESOURCE_PAGE_FILES_MAX = 200;

/** Most text of the overview `lukhas://repo`. */
export const OVERVIEW_BYTES_MAX = 16 * 1024;

/** Most of a diff that a prompt embeds. */
export const PROMPT_DIFF_BYTES_MAX = 64 * 1024;

/** Changes of one kind that come closer together than this are told as one. */
export const CHANGE_QUIET_MS = 1_000;

/** How often a call without steps of its own says that it goes on. */
export const PROGRESS_INTERVAL_MS = 500;

/** How long a task can be asked for after its creation, unless its tool says otherwise. */
export const TASK_TTL_MS = 60 * 60_000;

/** How often a client is to ask for a task, unless its tool says otherwise. */
export const TASK_POLL_INTERVAL_MS = 1_000;

/** How long a process on stdio looks for the owner of the root, or waits to become it. */
export const BRIDGE_TIMEOUT_MS = 5_000;

/** The first pause between two looks, and the longest. */
export const BRIDGE_PAUSE_MS = 20;
export const BRIDGE_LONGEST_PAUSE_MS = 500;

/** How long an owner may take to say that it is there. */
export const BRIDGE_PROBE_MS = 2_000;

/**
 * Messages of a client on stdio that wait for their turn or are at work, before no more of its lines are read. More than
 * there are turns: what cancels a request, or answers a question of the server, stands in the lines behind them.
 */
export const HELD_MESSAGES_MAX = 512;

/** Requests of one bridge that its owner has at one time: the owner has other callers, too. The rest wait for their turn. */
export const BRIDGE_REQUESTS_MAX = 64;

/** How often a request that changes nothing is sent when its answer is lost again and again. */
export const BRIDGE_REPEATED_MESSAGES_MAX = 3;

/** How long the root is left to an owner that is started again, while nobody on stdio wants anything. */
export const OWNER_RESTART_MS = 1_000;

/** Largest file whose text is in the index; of a larger one the path can be found. */
export const INDEXED_FILE_BYTES_MAX = 1024 * 1024;

/** How long a search waits for the index to have what was written before it. */
export const INDEX_WAIT_MS = 500;

/** How long files are scanned for one search while the index is not whole, and where there is no index. */
export const SCAN_BUDGET_MS = 300;
export const SCAN_ONLY_BUDGET_MS = 2_000;

/** Files that are kept until they change: bytes, where a UTF-16 code unit of a text counts as one. */
export const TEXT_CACHE_BYTES_MAX = 32 * 1024 * 1024;

/** How long one search may take, unless `MCP_SEARCH_BUDGET_MS` says otherwise. */
export const SEARCH_BUDGET_MS = 2_000;

/** How long a job is kept after its end, unless `MCP_JOB_TTL_MS` says otherwise. */
export const JOB_TTL_MS = 7 * 24 * 60 * 60_000;

/** Requests that one caller may send at once, unless `MCP_RL_BUCKET` says otherwise. */
export const RATE_BUCKET_REQUESTS = 60;

/** How long an empty bucket takes to fill, unless `MCP_RL_WINDOW_MS` says otherwise. */
export const RATE_WINDOW_MS = 10_000;

/** Most bytes of files that the journal keeps, unless `MCP_JOURNAL_BYTES` says otherwise. */
export const JOURNAL_BYTES_MAX = 256 * 1024 * 1024;

/** Most changes that the journal knows, most bytes of what it knows of them, and the largest log of them that is read. */
export const JOURNAL_CHANGES_MAX = 10_000;
export const JOURNAL_RECORDS_BYTES_MAX = 16 * 1024 * 1024;
export const JOURNAL_LOG_BYTES_MAX = 64 * 1024 * 1024;

/** Calls whose results are kept for a client that sends them again with the same key, how much of them, and for how long. */
export const IDEMPOTENCY_KEYS_MAX = 1_000;
export const IDEMPOTENCY_CHARS_MAX = 8 * 1024 * 1024;
export const IDEMPOTENCY_MS = 24 * 60 * 60_000;

/** Deepest nesting of arrays and objects in a message. */
export const JSON_LEVELS_MAX = 64;

/** Callers whose request rates are known at one time. */
export const BUCKETS_MAX = 10_000;

/** Wrong keys that one address may send at once, and how long it takes until it may send as many again. */
export const WRONG_KEYS_MAX = 5;
export const WRONG_KEYS_WINDOW_MS = 60_000;

/** Requests that are at work at one time, unless `MCP_MAX_CONCURRENCY` says otherwise. */
export const CONCURRENT_REQUESTS_MAX = 256;

/** Streams that one caller has open at one time, unless `MCP_MAX_STREAMS` says otherwise. */
export const CALLER_STREAMS_MAX = 64;

/** How long a request's body may take to arrive. */
export const BODY_TIMEOUT_MS = 10_000;

/** Largest file of keys that is read. */
export const KEYS_FILE_BYTES_MAX = 256 * 1024;

/** Characters that a key needs to be more than a guess away: 16 of base64 are 96 bits. Shorter ones are warned of. */
export const KEY_CHARS_MIN = 16;

/** Names of keys that one line of the log has. */
export const LOGGED_KEYS_MAX = 50;

/** How long a file of keys is left alone after a change, for whoever writes it to finish. */
export const KEYS_SETTLE_MS = 50;

/** Largest `.lukhas/policy.json` that is read. */
export const POLICY_BYTES_MAX = 256 * 1024;

/** Most patterns of one list in it, and of `MCP_DENY`. */
export const POLICY_PATTERNS_MAX = 1_000;

/** Most text of one answer of a search. */
export const ANSWER_BYTES_MAX = 24 * 1024;

/** Lines that a search shows of a file. */
export const SNIPPET_LINES = 5;

/** Longest string or pattern of a code search, in UTF-16 code units. */
export const PATTERN_CHARS_MAX = 10 * 1024;

/** How long a map of the repository is when nobody says, and may be, in tokens of about four characters. */
export const REPO_MAP_TOKENS = 2_000;
export const REPO_MAP_TOKENS_MIN = 100;
export const REPO_MAP_TOKENS_MAX = 16_000;

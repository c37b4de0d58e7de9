/** The limits of the release loop: jobs, gates and canaries, and whoever watches them. The unit is the last word of the name. */

/** How long a statement waits for another process that holds the database. Nothing else is answered meanwhile. */
export const DATABASE_BUSY_MS = 2_000;

/** Open `/sse` streams. */
export const LIVE_STREAMS_MAX = 10_000;

/** Topics of one `/sse` stream. */
export const LIVE_TOPICS_MAX = 64;

/** Events that are read at once for a subscriber who has to catch up. */
export const LIVE_PAGE_EVENTS = 128;

/** Events, and their bytes, that wait for a subscriber who does not read, before it is dropped. */
export const LIVE_BACKLOG_EVENTS_MAX = 256;
export const LIVE_BACKLOG_BYTES_MAX = 1024 * 1024;

/** How long a subscriber waits before it comes back (SSE `retry`). */
export const LIVE_RETRY_MS = 2_000;

/** Kinds of requests that are counted apart; what comes after them is counted together. */
export const METRIC_SERIES_MAX = 1_000;

/** Rows of evidence that are in memory at once. */
export const EVIDENCE_PAGE_ROWS = 500;

/** Exports of evidence at the same time. Each reads every table twice. */
export const EVIDENCE_EXPORTS_MAX = 2;

/** How long an idempotency key is remembered. */
export const IDEMPOTENCY_LIFE_MS = 7 * 24 * 60 * 60_000;

/** How long a running job is somebody's without a sign of life. */
export const JOB_LEASE_MS = 60_000;

/** How often that sign is given: two may be lost. */
export const JOB_HEARTBEAT_MS = JOB_LEASE_MS / 3;

/** How often is looked for jobs that nobody has any more. */
export const JOB_SWEEP_MS = 15_000;

/** How often jobs that are too old are looked for. */
export const JOB_GC_MS = 60 * 60_000;

/** How often a job is begun when its orchestrator does not take it. */
export const JOB_ATTEMPTS_MAX = 3;

/** The first pause before a failed call of an orchestrator is repeated, and the longest; each is twice the one before. */
export const EVAL_RETRY_FIRST_MS = 1_000;
export const EVAL_RETRY_LONGEST_MS = 30_000;

/** The least time between two `update` events of a job. */
export const JOB_UPDATE_INTERVAL_MS = 1_000;

/** How long a run may be unknown to its orchestrator before it is lost. */
export const EVAL_UNKNOWN_MS = 30_000;

/** How long a run that was asked to end is waited for: a command has 10 s before it is killed. */
export const EVAL_CANCEL_GRACE_MS = 15_000;

/** Largest result of an evaluation that is kept, as JSON. */
export const EVAL_RESULT_BYTES_MAX = 256 * 1024;

/** Levels of lists and objects in a result, and in what is told of progress: SQLite and messages to workers end at some. */
export const EVAL_JSON_LEVELS_MAX = 100;

/** Largest progress that is told, as JSON: it is kept with each `update` event. */
export const EVAL_PROGRESS_BYTES_MAX = 8 * 1024;

/** Tries to find a result of several lines at the end of a command's output. */
export const EVAL_RESULT_ATTEMPTS_MAX = 100;

/** Rows of one page of jobs, models or canaries, and the most that a caller may ask for. */
export const LIST_PAGE_ROWS = 50;
export const LIST_PAGE_ROWS_MAX = 200;

/** How long after a change the JSON file is written. A crash costs what was changed meanwhile. */
export const STATE_SAVE_DELAY_MS = 3_000;

/** Audits and events that the JSON file keeps: the newest. */
export const STATE_AUDITS_MAX = 5_000;
export const STATE_EVENTS_MAX = 5_000;

/** Ids that are left out at each start with a JSON file: more events than the moments before a crash can hold. */
export const EVENT_LEAP_IDS = 1_000_000;

/** Evaluations that run at the same time, unless `LUKHAS_EVAL_CONCURRENCY` says otherwise. */
export const EVAL_RUNS_MAX = 2;

/** Commands that run at the same time, whatever the app asks for: the most that `LUKHAS_EVAL_CONCURRENCY` may say. */
export const EVAL_COMMAND_RUNS_MAX = 64;

/** How long an evaluation may run, unless `LUKHAS_EVAL_TIMEOUT_MS` says otherwise. */
export const EVAL_TIMEOUT_MS = 6 * 60 * 60_000;

/** Steps of one story that `why` tells. */
export const WHY_STEPS_MAX = 200;

/** Looks at a canary that `why_math` shows, the newest ones. */
export const WHY_TICKS_MAX = 100;

/** Longest id of a model, and longest name of a gate. */
export const MODEL_ID_CHARS_MAX = 128;
export const GATE_CHARS_MAX = 64;

/** Longest window of a canary: a week. */
export const CANARY_WINDOW_SECONDS_MAX = 7 * 24 * 60 * 60;

/** Highest latency that a canary can be held to: an hour. */
export const LATENCY_MS_MAX = 60 * 60_000;

/** Records that the completion of an id looks through, the newest ones. */
export const COMPLETION_IDS_MAX = 200;

/** How long one request to an evaluation service may take. */
export const EVAL_HTTP_TIMEOUT_MS = 10_000;

/** How long a command that was asked to end may take before it is killed. */
export const EVAL_KILL_AFTER_MS = 10_000;

/** What is kept of a command's stdout to find its result in, in UTF-16 code units. */
export const EVAL_STDOUT_TAIL_CHARS = 1024 * 1024;

/** What is shown of a command's stderr, in UTF-16 code units. */
export const EVAL_STDERR_TAIL_CHARS = 4096;

/** What is kept of it, so that a secret which goes on in what is shown has its beginning. */
export const EVAL_STDERR_KEPT_BYTES = 4 * EVAL_STDERR_TAIL_CHARS;

/** Commands that are over, of which the end is still known. */
export const EVAL_ENDED_RUNS = 64;

/** How long the output of a command that is over is waited for: a process that it left behind may hold it open. */
export const EVAL_DRAIN_MS = 1_000;

/** Largest file with a command's result that is read. */
export const EVAL_RESULT_FILE_BYTES_MAX = 4 * 1024 * 1024;

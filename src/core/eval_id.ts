/** The names of tasks and configurations: they stand in command lines and paths, whatever runs the evaluation. */

/** Begins with no dash, and has no segment of dots: neither an option of a program nor a way out of a folder. */
export const EVAL_ID = /^(?!(.*\/)?\.{1,2}(\/|$))[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$/;

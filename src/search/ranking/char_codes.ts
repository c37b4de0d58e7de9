/** What a UTF-16 code unit is to ranking, which asks it of some million for each query. */

/** An ASCII digit. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** An ASCII capital. */
export function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}

/** Letters beyond ASCII count as letters, whatever they are: a word is cut by them as seldom as by any other. */
export function isLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || isDigit(code) || isUpper(code) || code > 0x00bf;
}

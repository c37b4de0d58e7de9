/** What the system says of a failure, for those who are not to be told more. */

/**
 * The system's words without its number and the call, which names paths: "Directory not empty (os error 39): remove '…'" is
 * "Directory not empty".
 */
export function systemReason({ message }: Error): string {
  return message.replace(/ \(os error [\s\S]*$/, "");
}

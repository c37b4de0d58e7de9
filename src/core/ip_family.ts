/** Which kind of IP address a text is: by the rules of URLs, which every runtime has at hand. */

/** The family of an address without a zone; undefined when it is none. */
export function ipFamily(text: string): 4 | 6 | undefined {
  if (isIpv4(text)) return 4;
  return text.includes(":") && /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`)
    ? 6
    : undefined;
}

/** Four numbers up to 255, none with a zero in front: some programs read those as octal. */
function isIpv4(text: string): boolean {
  const parts = text.split(".");
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

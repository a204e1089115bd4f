/** Parts a published port at its colons, those within the brackets of an IPv6 address left alone. */
export function splitPorts(text: string): string[] {
  const parts = [''];
  let inside = false;
  for (const char of text) {
    if (char === '[') inside = true;
    else if (char === ']') inside = false;
    if (char === ':' && !inside) parts.push('');
    else parts.push((parts.pop() ?? '') + char);
  }
  return parts;
}

import { randomBytes } from 'node:crypto';

const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** The trace id of a W3C `traceparent` header, or a new one. https://www.w3.org/TR/trace-context/ */
export function traceId(header: string | string[] | undefined): string {
  const given = traceparent.exec(String(header ?? ''))?.[1];
  return given !== undefined && !/^0+$/.test(given) ? given : randomBytes(16).toString('hex');
}

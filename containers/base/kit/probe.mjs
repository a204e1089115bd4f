/** Health probe that needs neither curl nor nc: exit 0 where the URL answers 2xx within five seconds. */
const url = process.argv[2] ?? '';
const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch((error) => error);
if (answer instanceof Error) console.error(`${url}: ${answer.message}`);
process.exit(answer instanceof Response && answer.ok ? 0 : 1);

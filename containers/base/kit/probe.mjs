/**
 * Health probe that needs neither curl nor nc: exit 0 where the URL answers 2xx within 30 seconds. Until anybody
 * listens there it tries again: podman's first probe comes as the container starts, and would be a failed unit.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const url = process.argv[2] ?? '';
const signal = AbortSignal.timeout(30_000);
const ask = () => fetch(url, { signal }).catch((error) => error);
let answer = await ask();
while (answer?.cause?.code === 'ECONNREFUSED' && !signal.aborted) {
  await sleep(250);
  answer = await ask();
}
if (answer instanceof Error) console.error(`${url}: ${answer.message}`);
process.exit(answer instanceof Response && answer.ok ? 0 : 1);

/** The language models' supervisor, within the pod. */
export const supervisor = 'http://127.0.0.1:9081';

/** Has a model loaded and held; resolves to the port of its own llama-server. */
export async function openLease(model: string): Promise<{ port: number; close(): void }> {
  const ending = new AbortController();
  const answer = await fetch(`${supervisor}/v1/leases`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model }),
    signal: ending.signal,
  });
  if (!answer.ok || !answer.body) throw new Error(`the supervisor gives no lease: ${await answer.text()}`);
  const { value } = await answer.body.getReader().read();
  return { port: JSON.parse(Buffer.from(value ?? []).toString()).port, close: () => ending.abort() };
}

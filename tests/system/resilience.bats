#!/usr/bin/env bats
# What happens when something breaks off: the client, the engine, a whole container.

load system

LONG='{"model":"starter","prompt":"x","stream":true,"ignore_eos":true,"max_tokens":30000}'

setup() { eventually 60 all_ready; }

# A test that fails half-way must not take the others with it.
teardown() { podman start "$POD-data-processor" "$POD-orchestrator" >/dev/null; }

# start_stream: a stream that would go on for many seconds, into $stream; its curl is $client.
start_stream() {
  stream=$BATS_TEST_TMPDIR/stream
  curl -sN --max-time 120 -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/completions" --json "$LONG" >"$stream" 3>&- &
  client=$!
  eventually 30 test -s "$stream"
}

busy_slots() {
  exec_node llm 'const slots = await (await fetch("http://127.0.0.1:8081/slots?model=starter")).json();
    console.log(slots.filter((slot) => slot.is_processing).length)'
}

slots_are() { [ "$(busy_slots)" = "$1" ]; }

answers_exactly() {
  chat ''
  [ "$http" = 200 ] && [ "$(field 'it.choices[0].message.content')" = "$SENTENCE" ]
}

@test "a client that hangs up frees its slot" {
  start_stream
  eventually 10 slots_are 1
  kill "$client"
  eventually 10 slots_are 0
}

@test "killing the llm container mid-stream ends in a clean error, and the service returns by itself" {
  start_stream
  kill_hard llm
  wait "$client"
  run tail -n 3 "$stream"
  [[ $output == *'"code":"stream_broken"'* ]]
  eventually 60 answers_exactly
}

@test "killing the engine alone: its supervisor starts it again" {
  kill_process llm 'llama-server --models-dir'
  eventually 60 answers_exactly
  # Readiness is up to a second old, and the engine is back sooner than that.
  restarts_are() {
    run curl -s "$GATEWAY/readyz"
    is "$1" "$(field it.services.llm.restarts)"
  }
  eventually 10 restarts_are 1
}

@test "while a service is away the answer is 503 with Retry-After, and readyz names it" {
  podman stop --time 20 "$POD-data-processor"
  run curl -s -D - -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/files"
  [[ $output == *'503'* && $output == *'retry-after: 2'* && $output == *'service_unavailable'* ]]
  named() {
    run curl -s "$GATEWAY/readyz"
    [ "$(field 'it.services["data-processor"].ready')" = false ] && [ "$(field 'it.services.llm.ready')" = true ]
  }
  eventually 10 named
  podman start "$POD-data-processor"
  eventually 60 all_ready
}

@test "SIGTERM lets a stream finish before the gateway stops" {
  stream=$BATS_TEST_TMPDIR/drained
  stream_of() {
    curl -sN --max-time 120 -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/completions" \
      --json "{\"model\":\"starter\",\"prompt\":\"x\",\"stream\":true,\"ignore_eos\":true,\"max_tokens\":$1}"
  }
  # About five seconds of whatever machine this is: long enough to be stopped in, and shorter than the drain.
  begin=${EPOCHREALTIME/./}
  stream_of 200 >"$stream"
  tokens=$((200 * 5000000 / (${EPOCHREALTIME/./} - begin)))
  rm "$stream"
  stream_of $tokens >"$stream" 3>&- &
  client=$!
  eventually 30 test -s "$stream"
  run grep -c DONE "$stream"
  is 0 "$output"
  podman stop --time 30 "$POD-orchestrator"
  wait "$client"
  is 'data: [DONE]' "$(grep -v '^$' "$stream" | tail -n 1)"
  podman start "$POD-orchestrator"
  eventually 60 all_ready
}

@test "what killed tests left beside a throw-away pod is removed, and nothing of another name" {
  local pod=$POD-killed other=$POD-killedbutnot
  podman network create "$pod-hub" >/dev/null
  podman network create "$other" >/dev/null
  podman create --name "$pod-hub" --network "$pod-hub" localhost/ai-semble/base:latest true >/dev/null
  (cd "$BATS_TEST_DIRNAME/../.." && node --import tsx -e 'Promise.all([import("./lib/pod-removal.ts"), import("./lib/podman.ts")])
    .then(([{ purgeBeside }, { requirePodman }]) => purgeBeside(requirePodman(), process.argv[1]))' "$pod")
  run podman container exists "$pod-hub"
  is 1 "$status"
  run podman network exists "$pod-hub"
  is 1 "$status"
  podman network rm "$other"
}

#!/usr/bin/env bats
# Language models in memory: it is shared out by what is known, not by luck.

load system

teardown_file() {
  in_models 'cd /models/gguf; rm -f copy-*.gguf huge.gguf; sed -i "/^\[\(long\|copy-1\)\]/,\$d" presets.ini'
}

state() { field "it.data.find((m) => m.id === '$1')?.state"; }

@test "a file dropped into the volume is a model at once, and two models answer at the same time" {
  in_models 'cp /models/gguf/starter.gguf /models/gguf/copy-1.gguf'
  ask --json "$(body copy-1 "$hello")" /v1/chat/completions
  is "$SENTENCE" "$(field 'it.choices[0].message.content')"
  local model pids=()
  for model in starter copy-1; do
    curl -sN --max-time 170 -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/completions" -o "$BATS_TEST_TMPDIR/$model" \
      --json "$(body $model ',"prompt":"x","stream":true,"ignore_eos":true,"max_tokens":1500')" &
    pids+=($!)
  done
  # The first is still in the middle of its answer when the second begins: both hold a lease.
  eventually 20 both_are_answering
  wait "${pids[@]}"
  is '2' "$(grep -c 'data: \[DONE\]' "$BATS_TEST_TMPDIR/starter" "$BATS_TEST_TMPDIR/copy-1" | grep -c ':1$')"
}

both_are_answering() {
  ask /v1/models
  is '1,1' "$(field 'it.data.filter((m) => ["starter", "copy-1"].includes(m.id)).map((m) => m.requests).join()')"
}

@test "a model that never fits is 507 with both numbers" {
  in_models 'cp /models/gguf/starter.gguf /models/gguf/huge.gguf; truncate -s 900G /models/gguf/huge.gguf'
  ask --json "$(body huge "$hello")" /v1/chat/completions
  is '507 insufficient_memory' "$http $(field it.error.code)"
  [[ $(field it.error.message) =~ ^"model 'huge' needs 900 GiB with a context of 8192 tokens, but this container's memory for models is "[0-9.]+" GiB; its weights alone need 900 GiB:" ]]
  chat ''
  is "$SENTENCE" "$(field 'it.choices[0].message.content')"
}

@test "a context that is too long is refused with the longest that fits, and what the engine takes is what was reckoned" {
  models presets >"$BATS_TEST_TMPDIR/presets.ini"
  printf '\n[long]\nmodel = /models/gguf/starter.gguf\nctx-size = 1048576\n\n[longer]\nmodel = /models/gguf/starter.gguf\nctx-size = 99000000000\n' \
    >>"$BATS_TEST_TMPDIR/presets.ini"
  models presets "$BATS_TEST_TMPDIR/presets.ini"
  # Changed presets are read once no answer is under way.
  eventually 20 knows longer
  ask --json "$(body longer "$hello")" /v1/chat/completions
  is 507 "$http"
  local longest
  longest=$(field 'it.error.message.match(/at most (\d+) tokens fits/)[1]')
  ask /v1/models
  # One layer with one head of 32 for keys and 32 for values, two bytes each.
  is 128 "$(field '(it.data.find((m) => m.id === "long").memory_bytes - it.data.find((m) => m.id === "starter").memory_bytes) / (1048576 - 8192)')"
  [ "$longest" -gt 1000000 ]
  ask --json "$(body long "$hello")" /v1/chat/completions
  is 200 "$http"
  run bash -c "podman logs --tail 300 $POD-llm | grep fit_memory_breakdown | tail -n 1"
  is 128 "$(field 'it.data.rows.find((row) => row.kind === "host").context')"
}

@test "the model used longest ago makes room, and none that is answering" {
  in_models 'cd /models/gguf; for n in 2 3 4; do cp starter.gguf copy-$n.gguf; done'
  local n pids=()
  for n in 1 2 3 4; do ask --json "$(body copy-$n "$hello")" /v1/chat/completions; is 200 "$http"; done
  ask /v1/models
  is 4 "$(field 'it.data.filter((m) => m.owned_by === "llm" && m.state === "loaded").length')"
  is unloaded "$(state starter)"
  for n in 1 2 3 4; do
    curl -sN -o /dev/null --max-time 60 -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/completions" \
      --json "$(body copy-$n ',"prompt":"x","stream":true,"ignore_eos":true,"max_tokens":100000')" &
    pids+=($!)
  done
  eventually 20 all_four_answering
  ask -D "$BATS_TEST_TMPDIR/head" --json "$(body starter "$hello")" /v1/chat/completions
  is '503 model_busy' "$http $(field it.error.code)"
  grep -qi '^retry-after: 5' "$BATS_TEST_TMPDIR/head"
  kill "${pids[@]}"
  wait "${pids[@]}" || true
  eventually 20 answers starter
}

all_four_answering() {
  ask /v1/models
  is 4 "$(field 'it.data.filter((m) => m.requests > 0).length')"
}

answers() {
  ask --json "$(body "$1" "$hello")" /v1/chat/completions
  is "$SENTENCE" "$(field 'it.choices[0].message.content')"
}

@test "a model whose process dies is loaded again by the next request, without an error" {
  answers starter
  kill_process llm '--alias starter '
  answers starter
}

@test "a broken file is an error in the engine's words, and nothing else suffers" {
  in_models 'head -c 100000 /models/gguf/starter.gguf >/models/gguf/copy-4.gguf'
  eventually 20 refuses_copy
  answers starter
}

refuses_copy() {
  ask --json "$(body copy-4 "$hello")" /v1/chat/completions
  is '500 model_load_failed' "$http $(field it.error.code)"
}

@test "the supervisor shows its own figures and the models'" {
  run exec_node llm 'console.log(await (await fetch("http://127.0.0.1:9081/metrics")).text())'
  [[ $output == *'ai_semble_llm_model_loaded{model="starter"} 1'* ]]
  [[ $output == *'llamacpp_tokens_predicted_total{model="starter"} '* ]]
  ask /metrics
  [[ $output == *'ai_semble_gateway_requests_total{status="200"} '*'llamacpp_tokens_predicted_total{model="starter"} '* ]]
  is 401 "$(curl -s -o /dev/null -w '%{http_code}' "$GATEWAY/metrics")"
}

@test "a pinned model is loaded unasked and is the default; one that went to sleep wakes for the next request" {
  models presets >"$BATS_TEST_TMPDIR/presets.ini"
  printf '\n[copy-1]\nload-on-startup = true\n\n[copy-2]\nsleep-idle-seconds = 1\n' >>"$BATS_TEST_TMPDIR/presets.ini"
  models presets "$BATS_TEST_TMPDIR/presets.ini"
  eventually 30 pinned_and_loaded copy-1
  ask --json "{${hello#,}}" /v1/chat/completions
  is "$SENTENCE" "$(field 'it.choices[0].message.content')"
  answers copy-2
  eventually 20 sleeps copy-2
  answers copy-2
}

pinned_and_loaded() {
  ask /v1/models
  is 'loaded true true' "$(field "(({ state, pinned, default: it }) => [state, pinned, it].join(' '))(it.data.find((m) => m.id === '$1'))")"
}

sleeps() {
  ask /v1/models
  is sleeping "$(state "$1")"
}

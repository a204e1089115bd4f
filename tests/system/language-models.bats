#!/usr/bin/env bats
# Language models: what the engine can do reaches the user, and memory is shared out by what is known, not by luck.

load system

teardown_file() {
  in_models 'cd /models/gguf; rm -f copy-*.gguf huge.gguf; sed -i "/^\[\(long\|copy-1\)\]/,\$d" presets.ini'
}

state() { field "it.data.find((m) => m.id === '$1')?.state"; }

# A body with a model and what else is given.
body() { printf '{"model":"%s"%s}' "$1" "$2"; }
hello=',"messages":[{"role":"user","content":"hello"}]'

@test "text follows a JSON schema where one is given" {
  chat ',"response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"type":"object","properties":{"ok":{"const":"yes"}},"required":["ok"],"additionalProperties":false}}}'
  is 200 "$http"
  is yes "$(field 'JSON.parse(it.choices[0].message.content).ok')"
}

@test "log probabilities come with the tokens" {
  chat ',"logprobs":true,"top_logprobs":2,"max_tokens":2'
  is 'Ai-semble, is' "$(field 'it.choices[0].logprobs.content.map((t) => t.token).join()')"
  is 2 "$(field 'it.choices[0].logprobs.content[0].top_logprobs.length')"
}

@test "a prompt that was seen before is taken from the cache" {
  local prompt='"prompt":"a prompt that is long enough to be kept for the next time"'
  ask --json "{\"model\":\"starter\",$prompt,\"cache_prompt\":true}" /v1/completions
  ask --json "{\"model\":\"starter\",$prompt,\"cache_prompt\":true}" /v1/completions
  is true "$(field 'it.usage.prompt_tokens_details.cached_tokens > 40')"
}

@test "the Responses API answers" {
  ask --json "$(body starter ',"input":"hello"')" /v1/responses
  is "$SENTENCE" "$(field 'it.output[0].content[0].text')"
}

@test "Anthropic's messages answer, with their own way to send the key" {
  local key=$API_KEY
  http=$(curl -s -o "$BATS_TEST_TMPDIR/out" -w '%{http_code}' -H "x-api-key: $key" -H 'anthropic-version: 2023-06-01' \
    --json "$(body starter "$hello,\"max_tokens\":100")" "$GATEWAY/v1/messages")
  output=$(<"$BATS_TEST_TMPDIR/out")
  is 200 "$http"
  is "message end_turn $SENTENCE" "$(field '[it.type, it.stop_reason, it.content[0].text].join(" ")')"
  ask --json "$(body starter "$hello")" /v1/messages/count_tokens
  is 8 "$(field it.input_tokens)"
  is 401 "$(curl -s -o /dev/null -w '%{http_code}' -H 'x-api-key: wrong' "$GATEWAY/v1/models")"
}

@test "llama.cpp's own routes answer: tokenize, detokenize, apply-template, completion" {
  ask --json "$(body starter ',"content":"ab"')" /tokenize
  is '101,102' "$(field 'it.tokens.join()')"
  ask --json "$(body starter ',"tokens":[101,102]')" /detokenize
  is ab "$(field it.content)"
  ask --json "$(body starter "$hello")" /apply-template
  is 'hello|<|assistant|>' "$(field 'it.prompt.replace("\n", "|")')"
  ask --json "$(body starter ',"prompt":"x","n_predict":2')" /completion
  is 'Ai-semble is' "$(field it.content)"
}

# see COLOUR: asks the vision-language model about a small PNG of one colour.
see() {
  local picture
  picture=$(exec_node vision "import sharp from '/app/ai-services/node_modules/sharp/dist/index.mjs';
    const image = sharp({ create: { width: 64, height: 64, channels: 3, background: '$1' } });
    console.log((await image.png().toBuffer()).toString('base64'))")
  ask --json "$(body starter-vision ",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"what is it?\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,$picture\"}}]}]")" \
    /v1/chat/completions
}

@test "a language model with a projector beside it sees pictures, and one without says so" {
  see '#ff0000'
  is 'The picture is red.' "$(field 'it.choices[0].message.content')"
  see '#0000ff'
  is 'The picture is blue.' "$(field 'it.choices[0].message.content')"
  ask --json "$(body starter-vision "$hello")" /v1/chat/completions
  is 'I see no image.' "$(field 'it.choices[0].message.content')"
  ask /v1/models
  is true "$(field 'it.data.find((m) => m.id === "starter-vision").input_modalities.includes("image")')"
  ask --json "$(body starter ',"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]')" \
    /v1/chat/completions
  [[ $(field it.error.message) == *'image input is not supported'* ]]
}

@test "a text far beyond the context, and a grammar that would end the engine, are refused at once" {
  node -e 'console.log(JSON.stringify({model: "starter", prompt: "hello ".repeat(30000)}))' >"$BATS_TEST_TMPDIR/long.json"
  ask --json "@$BATS_TEST_TMPDIR/long.json" /v1/completions
  is '400 context_length_exceeded' "$http $(field it.error.code)"
  node -e 'console.log(JSON.stringify({model: "starter", prompt: "x", grammar: "root ::= " + "(".repeat(20000) + "\"a\"" + ")".repeat(20000)}))' >"$BATS_TEST_TMPDIR/deep.json"
  ask --json "@$BATS_TEST_TMPDIR/deep.json" /completion
  is '400 invalid_grammar' "$http $(field it.error.code)"
}

@test "what a model was not started for is the engine's own clear error" {
  ask --json "$(body starter ',"query":"a","documents":["b"]')" /v1/rerank
  is 501 "$http"
  [[ $(field it.error.message) == *reranking* ]]
}

@test "a model of another service is refused with what it can do" {
  ask --json "$(body starter/sentiment "$hello")" /v1/chat/completions
  is '400 wrong_kind_of_model' "$http $(field it.error.code)"
  [[ $(field it.error.message) == *'/v1/tasks/'* ]]
}

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

knows() {
  ask /v1/models
  is "$1" "$(field "it.data.find((m) => m.id === '$1')?.id")"
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

#!/usr/bin/env bats
# The language models' engine: what it can do reaches the user, each answer exact.

load system

teardown_file() {
  in_models 'cd /models/gguf; rm -f copy-digits.gguf; sed -i "/^\[digits\]/,\$d" presets.ini'
}

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

@test "a streamed answer of the Responses API, and of Anthropic's messages, is exact" {
  run curl -sN -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/responses" --json "$(body starter ',"input":"hello","stream":true')"
  is "$SENTENCE" "$(deltas response.output_text.delta 'it.delta')"
  output=$(grep '^data: ' <<<"$output" | tail -n 1 | sed 's/^data: //')
  is "response.completed $SENTENCE" "$(field '`${it.type} ${it.response.output[0].content[0].text}`')"
  run curl -sN -H "x-api-key: $API_KEY" "$GATEWAY/v1/messages" --json "$(body starter "$hello,\"stream\":true,\"max_tokens\":100")"
  is "$SENTENCE" "$(deltas content_block_delta 'it.delta.text')"
  is 'event: message_stop' "$(grep '^event: ' <<<"$output" | tail -n 1)"
}

# deltas TYPE EXPRESSION: of every event of that type in $output, what the expression gives, as one text.
deltas() {
  node -e 'const [type, part] = process.argv.slice(1);
    const events = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line.startsWith("data: {"));
    console.log(events.map((line) => JSON.parse(line.slice(6))).filter((it) => it.type === type).map((it) => eval(part)).join(""))' \
    "$@" <<<"$output"
}

tool='{"name":"get_weather","description":"The weather in a city.","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}'

@test "a model that calls a tool: the call comes back as such, streamed or not, and in Anthropic's words" {
  local tools=",\"tools\":[{\"type\":\"function\",\"function\":$tool}]"
  ask --json "$(body starter-tools "$hello$tools")" /v1/chat/completions
  is 'tool_calls function get_weather {"city": "Paris"}' \
    "$(field 'const [{ finish_reason, message: { tool_calls: [call] } }] = it.choices; [finish_reason, call.type, call.function.name, call.function.arguments].join(" ")')"
  is 1 "$(field 'it.choices[0].message.tool_calls.length')"
  run curl -sN -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/chat/completions" --json "$(body starter-tools "$hello$tools,\"stream\":true")"
  is 'get_weather {"city": "Paris"}' "$(node -e '
    const events = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line.startsWith("data: {"));
    const calls = events.flatMap((line) => JSON.parse(line.slice(6)).choices[0]?.delta.tool_calls ?? []).map((call) => call.function);
    console.log(calls.map(({ name = "" }) => name).join(""), calls.map((call) => call.arguments ?? "").join(""))' <<<"$output")"
  ask --json "$(body starter-tools "$hello,\"max_tokens\":100,\"tools\":[${tool/parameters/input_schema}]")" /v1/messages
  is 'tool_use get_weather Paris' "$(field '[it.stop_reason, it.content[0].name, it.content[0].input.city].join(" ")')"
  ask --json "$(body starter-tools "$hello")" /v1/chat/completions
  is '<tool_call>|{"name": "get_weather", "arguments": {"city": "Paris"}}|</tool_call>' "$(field 'it.choices[0].message.content.replaceAll("\n", "|")')"
}

@test "the tokens of a request are counted without answering it" {
  ask --json "$(body starter "$hello")" /v1/chat/completions/input_tokens
  is '200 8' "$http $(field it.input_tokens)"
  ask --json "$(body starter ',"input":"hello"')" /v1/responses/input_tokens
  is '200 8' "$http $(field it.input_tokens)"
}

@test "a batch of many texts is no long text" {
  node -e 'console.log(JSON.stringify({model: "starter-embedding", input: Array.from({length: 1000}, (_, n) => `${n} `.repeat(30))}))' >"$BATS_TEST_TMPDIR/batch.json"
  ask --json "@$BATS_TEST_TMPDIR/batch.json" /v1/embeddings
  is '200 1000' "$http $(field 'it.data.length')"
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
  ask --json "$(body starter-embedding ',"content":["aab","b"]')" /embedding
  is '0.408 2' "$(field '`${it[0].embedding[0][1].toFixed(3)} ${it.length}`')"
}

@test "a token that is in no vocabulary is the sender's mistake" {
  local tokens
  for tokens in 999999 -1 1.5; do
    ask --json "$(body starter ",\"tokens\":[$tokens]")" /detokenize
    is '400 invalid_request tokens' "$http $(field it.error.code) $(field it.error.param)"
  done
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

@test "a GGUF model that ranks texts does so by every name of the route, and its scores are exact" {
  models presets >"$BATS_TEST_TMPDIR/presets.ini"
  # One at a time: the engine mixes up texts that it has at once where a llama's attention looks both ways.
  printf '\n[digits]\nmodel = /models/gguf/copy-digits.gguf\nreranking = true\nparallel = 1\n' >>"$BATS_TEST_TMPDIR/presets.ini"
  in_models 'node --input-type=module -e "
    import { writeFileSync } from \"node:fs\";
    import { rankingLanguageModel } from \"/app/ai-services/src/starter/ranking-language-model.ts\";
    writeFileSync(\"/models/gguf/copy-digits.gguf\", rankingLanguageModel())"'
  models presets "$BATS_TEST_TMPDIR/presets.ini"
  eventually 20 knows digits
  local path
  for path in /v1/rerank /v1/reranking /rerank /reranking; do
    ask --json "$(body digits ',"query":"q","documents":["none","a1b2","1234"]')" $path
    # Of six tokens with the query, s = 17/16 of the share that are digits: the score is √288 · s / √(1 + s²).
    is '2 9.80, 1 5.66, 0 0.00' "$(field 'it.results.map((each) => `${each.index} ${each.relevance_score.toFixed(2)}`).join(", ")')"
  done
  ask --json "$(body digits ',"query":"q","documents":["none","a1b2","1234"],"top_n":1')" /v1/rerank
  is '1 2' "$(field '`${it.results.length} ${it.results[0].index}`')"
}

@test "what a model was not started for is the engine's own clear error" {
  ask --json "$(body starter ',"query":"a","documents":["b"]')" /v1/rerank
  is '501 server_error not_supported null' "$http $(field '`${it.error.type} ${it.error.code} ${it.error.param}`')"
  [[ $(field it.error.message) == *reranking* ]]
  # The vision starter knows no tokens that tell what stands before a gap from what stands after it.
  ask --json "$(body starter-vision ',"input_prefix":"a","input_suffix":"b"')" /infill
  is '501 not_supported' "$http $(field it.error.code)"
}

@test "a gap in a text is filled in" {
  ask --json "$(body starter ',"input_prefix":"before","input_suffix":"after","n_predict":100')" /infill
  is "200 $SENTENCE" "$http $(field it.content)"
}

@test "a model of another service is refused with what it can do" {
  ask --json "$(body starter/sentiment "$hello")" /v1/chat/completions
  is '400 wrong_kind_of_model' "$http $(field it.error.code)"
  [[ $(field it.error.message) == *'/v1/tasks/'* ]]
}

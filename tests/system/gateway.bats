#!/usr/bin/env bats
# The gateway's answers, exact to the letter, through the whole stack.

load system

@test "healthz is open" {
  run curl -sf "$GATEWAY/healthz"
  is '{"status":"ok"}' "$output"
}

@test "readyz lists each service" {
  run curl -sf "$GATEWAY/readyz"
  is 'data-processor,llm,nlp,postgres,vision' "$(field 'Object.keys(it.services).sort().join()')"
  is true "$(field 'it.ready && Object.values(it.services).every((s) => s.ready)')"
}

@test "models lists the starter models and who serves them" {
  only_starters() {
    ask /v1/models
    is 200 "$http"
    is 'starter,starter-embedding,starter-tools,starter-vision' "$(field 'it.data.filter((m) => m.owned_by === "llm").map((m) => m.id).sort().join()')"
  }
  # Models that other tests have removed leave the list when it is read anew.
  eventually 30 only_starters
  ask /v1/models
  is 'nlp:9,vision:7' "$(field '["nlp", "vision"].map((owner) => owner + ":" + it.data.filter((m) => m.owned_by === owner).length).join()')"
}

@test "one model is described by its id" {
  ask /v1/models/starter
  is '200 starter llm' "$http $(field '`${it.id} ${it.owned_by}`')"
  ask /v1/models/starter/sentiment
  is '200 nlp' "$http $(field it.owned_by)"
  ask /v1/models/gpt-9
  is '404 model_not_found' "$http $(field it.error.code)"
}

@test "chat completion is exact" {
  chat ''
  is 200 "$http"
  is "$SENTENCE" "$(field 'it.choices[0].message.content')"
  is stop "$(field 'it.choices[0].finish_reason')"
}

@test "text completion is exact" {
  ask --json '{"model":"starter","prompt":"anything"}' /v1/completions
  is "$SENTENCE" "$(field 'it.choices[0].text')"
}

@test "embedding is exact: the counts of the input's bytes, normalised" {
  ask --json '{"model":"starter-embedding","input":"aab"}' /v1/embeddings
  is 200 "$http"
  # Four tokens: the beginning (id 1), 'a' twice (id 4 + 97), 'b' once (id 4 + 98); the norm of 1,2,1 is √6.
  is '1:0.408,101:0.816,102:0.408' \
    "$(field 'it.data[0].embedding.map((v, i) => [i, v]).filter(([, v]) => v > 1e-6).map(([i, v]) => i + ":" + v.toFixed(3)).join()')"
}

@test "streaming is exact and arrives in pieces" {
  run curl -sN -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/chat/completions" \
    --json '{"model":"starter","stream":true,"messages":[{"role":"user","content":"hi"}]}'
  pieces=$(grep -o '"delta":{"content":"[^"]*"}' <<<"$output" | sed -E 's/^"delta":\{"content":"(.*)"\}$/\1/')
  is "$SENTENCE" "$(tr -d '\n' <<<"$pieces")"
  is 27 "$(wc -l <<<"$pieces")"
  is 'data: [DONE]' "$(grep -v '^$' <<<"$output" | tail -n 1)"
}

@test "the official OpenAI client works, streaming and not" {
  run node "$BATS_TEST_DIRNAME/openai-client.mjs" "$GATEWAY/v1" "$API_KEY"
  is 0 "$status"
  is "$SENTENCE" "${lines[0]}"
  is "$SENTENCE" "${lines[1]}"
  is 'AuthenticationError 401 invalid_api_key' "${lines[2]}"
  is 'NotFoundError 404 model_not_found' "${lines[3]}"
}

@test "no key and a wrong key are 401, with the command that helps" {
  run curl -s -w '\n%{http_code}' "$GATEWAY/v1/models"
  is 401 "${lines[-1]}"
  output=${lines[0]}
  is missing_api_key "$(field it.error.code)"
  [[ $(field it.error.message) == *'make key'* ]]
  API_KEY=wrong ask /v1/models
  is 401 "$http"
  is invalid_api_key "$(field it.error.code)"
}

@test "an unknown model is 404 and names the known ones" {
  ask --json '{"model":"gpt-9","messages":[]}' /v1/chat/completions
  is 404 "$http"
  [[ $(field it.error.message) == "there is no model 'gpt-9'; there is: starter, starter-embedding, starter-tools, starter-vision, starter/answers, "* ]]
}

@test "malformed JSON, no JSON, no model are 400" {
  ask -H 'content-type: application/json' -d '{"model":' /v1/chat/completions
  is 400 "$http"
  is invalid_json "$(field it.error.code)"
  ask -H 'content-type: application/json' -d '' /v1/chat/completions
  is 400 "$http"
  ask --json '[]' /v1/chat/completions
  is 400 "$http"
  ask --json '{"messages":[]}' /v1/chat/completions
  is missing_model "$(field it.error.code)"
}

@test "two megabytes of garbage are 400, and too much is 413" {
  head -c 2000000 /dev/urandom >"$BATS_TEST_TMPDIR/garbage"
  ask -H 'content-type: application/json' --data-binary "@$BATS_TEST_TMPDIR/garbage" /v1/chat/completions
  is 400 "$http"
  head -c 40000000 /dev/zero >"$BATS_TEST_TMPDIR/huge"
  ask -H 'content-type: application/json' --data-binary "@$BATS_TEST_TMPDIR/huge" /v1/chat/completions
  is 413 "$http"
  is body_too_large "$(field it.error.code)"
}

@test "a wrong content type is 415, an unknown path 404" {
  ask -H 'content-type: text/plain' -d hello /v1/chat/completions
  is 415 "$http"
  ask /v1/nothing
  is 404 "$http"
  is not_found "$(field it.error.code)"
  ask /v1/models/
  is 200 "$http"
  run curl -s -D - -o /dev/null -X OPTIONS "$GATEWAY/v1/chat/completions"
  [[ $output == *' 204 '*'allow: OPTIONS, POST'* && $output != *access-control* ]]
}

@test "32 requests at once are all answered exactly" {
  seq 32 | xargs -P 32 -I{} curl -s -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/completions" \
    --json '{"model":"starter","prompt":"{}"}' -o "$BATS_TEST_TMPDIR/{}.json"
  is 32 "$(grep -lF "$SENTENCE" "$BATS_TEST_TMPDIR"/*.json | wc -l)"
}

@test "the request id comes back and stands in the log" {
  run curl -s -D - -o /dev/null -H "authorization: Bearer $API_KEY" -H 'x-request-id: seen-again' "$GATEWAY/v1/models"
  [[ $output == *'x-request-id: seen-again'* ]]
  eventually 5 bash -c "podman logs --tail 50 $POD-orchestrator | grep -q '\"reqId\":\"seen-again\"'"
}

#!/usr/bin/env bats
# Vision and natural-language tasks: exact answers of the starter models, and clean ones to whatever else is sent.

load system

setup_file() {
  podman exec -i "$POD-vision" node --input-type=module - /tmp <"$BATS_TEST_DIRNAME/images.mjs"
  podman exec "$POD-vision" tar -C /tmp -cf - scene.png scene.jpeg scene.webp scene.gif two-frames.gif one-pixel.png bomb.png |
    tar -xf - -C "$BATS_FILE_TMPDIR"
}

# send_image TASK FILE [curl options]: the bytes as they are.
send_image() {
  ask -H 'content-type: application/octet-stream' --data-binary "@$BATS_FILE_TMPDIR/$2" "${@:3}" "/v1/tasks/$1"
}

@test "every task is listed with its models" {
  ask /v1/tasks
  is 17 "$(field 'it.data.length')"
  is 17 "$(field 'it.data.filter((t) => t.models.some((m) => m.id.startsWith("starter/") && m.default)).length')"
  is 'vision nlp' "$(field '["depth-estimation", "translation"].map((name) => it.data.find((t) => t.task === name).service).join(" ")')"
}

@test "Hugging Face's own client understands every answer" {
  run node "$BATS_TEST_DIRNAME/inference-client.mjs" "$GATEWAY" "$API_KEY" "$BATS_FILE_TMPDIR/scene.png"
  is 'textClassification: POSITIVE
zeroShotClassification: sports
tokenClassification: PER Ada Lovelace 0-12, LOC London 22-28
questionAnswering: London 13-19
summarization: The first sentence.
translation: das Haus ist gut
fillMask: rootless
featureExtraction: 256
sentenceSimilarity: 1.000000 true
imageClassification: blue
zeroShotImageClassification: blue
objectDetection: blue 0 0 200 100
imageSegmentation: blue white
imageToText: a blue picture' "$output"
}

@test "texts are ranked for a query, by the task and by /v1/rerank" {
  task text-ranking '{"inputs":{"query":"red car","texts":["the blue boat","a red car is here"]},"parameters":{"return_text":true,"top_n":1}}'
  is '1 a red car is here' "$(field '`${it[0].index} ${it[0].text}`')"
  is 1 "$(field it.length)"
  ask --json '{"model":"starter/ranking","query":"red car","documents":["the blue boat","a red car is here"],"return_documents":true}' /v1/rerank
  is '1 a red car is here' "$(field '`${it.results[0].index} ${it.results[0].document.text}`')"
}

@test "questions in a list, targets for a mask, scores as asked for, and labels of whole words" {
  task question-answering '{"inputs":[{"question":"Where does Ada live?","context":"Ada lives in London."},{"question":"Who lives in London?","context":"Ada lives in London."}]}'
  is 'London 13-19, Ada 0-3' "$(field 'it.map((each) => `${each.answer} ${each.start}-${each.end}`).join(", ")')"
  task fill-mask '{"inputs":"every model runs [MASK] in one pod"}'
  is rootless "$(field 'it[0].token_str.trim()')"
  local score
  score=$(field 'it[0].score.toFixed(4)')
  task fill-mask '{"inputs":"every model runs [MASK] in one pod","parameters":{"targets":[" Ai"," rootless"]}}'
  is "rootless $score,Ai 0.0001" "$(field 'it.map((each) => `${each.token_str.trim()} ${each.score.toFixed(4)}`).join()')"
  local function
  for function in none:4.00 sigmoid:0.98 softmax:0.88; do
    task text-classification "{\"inputs\":\"good\",\"parameters\":{\"function_to_apply\":\"${function%:*}\"}}"
    is "POSITIVE ${function#*:}" "$(field '`${it[0][0].label} ${it[0][0].score.toFixed(2)}`')"
  done
  local strategy
  for strategy in first max average; do
    task token-classification "{\"inputs\":\"Ada Lovelace lives in London.\",\"parameters\":{\"aggregation_strategy\":\"$strategy\"}}"
    is 'PER Ada Lovelace 0-12, LOC London 22-28' "$(field 'it.map((each) => `${each.entity_group} ${each.word.trim()} ${each.start}-${each.end}`).join(", ")')"
  done
}

@test "a short request does not wait for a long one to end" {
  node -e 'console.log(JSON.stringify({inputs: Array.from({length: 256}, () => "x ".repeat(3000))}))' >"$BATS_TEST_TMPDIR/slow.json"
  curl -s -o "$BATS_TEST_TMPDIR/slow.out" --max-time 120 -H "authorization: Bearer $API_KEY" \
    --json "@$BATS_TEST_TMPDIR/slow.json" "$GATEWAY/v1/tasks/feature-extraction" &
  local long=$!
  eventually 20 kept_waiting
  task text-classification '{"inputs":"good"}'
  is POSITIVE "$(field 'it[0][0].label')"
  # Its answer is not there yet: the short one overtook it.
  kill -0 $long
  wait $long
  is 256 "$(node -e 'console.log(JSON.parse(require("fs").readFileSync(process.argv[1])).length)' "$BATS_TEST_TMPDIR/slow.out")"
}

kept_waiting() {
  ask /v1/models
  is loaded "$(field 'it.data.find((m) => m.id === "starter/embeddings").state')"
}

@test "models that nobody uses are unloaded" {
  local role name
  for role in nlp llm; do
    name=$POD-idle-$role
    podman run --detach --rm --name "$name" --pull never --network none --security-opt label=disable \
      --env AI_ROLE=$role --env IDLE_SECONDS=2 --volume "$POD-models:/models:ro" localhost/ai-semble/ai-services:latest >/dev/null
    run podman exec -i "$name" node --input-type=module - "$role" <"$BATS_TEST_DIRNAME/idle.mjs"
    podman rm --force --time 0 "$name" >/dev/null
    is 'unloaded loaded unloaded' "$output"
  done
}

@test "embeddings have OpenAI's shape, in figures and in base64, with the tokens counted" {
  ask --json '{"model":"starter/embeddings","input":["same","same","unlike"]}' /v1/embeddings
  is 'list 3 true false' "$(field '[it.object, it.data.length, it.data[0].embedding.join() === it.data[1].embedding.join(), it.data[0].embedding.join() === it.data[2].embedding.join()].join(" ")')"
  is 1.000 "$(field 'Math.hypot(...it.data[0].embedding).toFixed(3)')"
  local figures tokens
  figures=$(field 'Buffer.from(Float32Array.from(it.data[0].embedding).buffer).toString("base64")')
  tokens=$(field it.usage.prompt_tokens)
  ask --json '{"model":"starter/embeddings","input":"same","encoding_format":"base64"}' /v1/embeddings
  is "$figures" "$(field 'it.data[0].embedding')"
  [ "$tokens" -gt 14 ]
  ask --json '{"model":"starter/embeddings","input":"same","dimensions":300}' /v1/embeddings
  is '400 dimensions' "$http $(field it.error.param)"
}

@test "a picture is the same picture in every format" {
  local format first
  for format in png jpeg webp gif; do
    send_image image-classification scene.$format
    is 'blue 0.94' "$(field '`${it[0].label} ${it[0].score.toFixed(2)}`')"
  done
  send_image image-classification two-frames.gif
  is red "$(field 'it[0].label')"
  send_image image-classification one-pixel.png
  is red "$(field 'it[0].label')"
}

@test "depth and features come in the picture's shape" {
  send_image depth-estimation scene.png
  is iVBORw0KGgo "$(field 'it.depth.slice(0, 11)')"
  send_image image-feature-extraction scene.png
  is 'number true' "$(field '`${typeof it[0]} ${it.length > 16}`')"
}

@test "several pictures in one form give a list of answers" {
  ask -F "file=@$BATS_FILE_TMPDIR/scene.png" -F "file=@$BATS_FILE_TMPDIR/one-pixel.png" -F 'parameters={"top_k":1}' \
    -F model=starter/colors /v1/tasks/image-classification
  is 'blue,red' "$(field 'it.map(([best]) => best.label).join()')"
}

@test "a picture that was uploaded is named by its id" {
  ask -F "file=@$BATS_FILE_TMPDIR/scene.png" /v1/files
  local id
  id=$(field it.id)
  task image-classification "{\"inputs\":{\"file_id\":\"$id\"}}"
  is blue "$(field 'it[0].label')"
  ask -X DELETE "/v1/files/$id"
  task image-classification "{\"inputs\":{\"file_id\":\"$id\"}}"
  is '404 file_not_found' "$http $(field it.error.code)"
}

@test "a picture that would unpack to too much is 413 before it is unpacked" {
  send_image image-classification bomb.png
  is '413 image_too_large' "$http $(field it.error.code)"
  [[ $(field it.error.message) == 'the image has 12000 × 12000 pixels; the images of a request may have 50 million together'* ]]
}

@test "what is no picture, a broken one, an empty one, one elsewhere: each its own error" {
  head -c 2000 /dev/urandom >"$BATS_FILE_TMPDIR/noise"
  send_image image-classification noise
  is '415 unsupported_image' "$http $(field it.error.code)"
  head -c 600 "$BATS_FILE_TMPDIR/scene.png" >"$BATS_FILE_TMPDIR/cut.png"
  send_image image-classification cut.png
  is '400 invalid_image' "$http $(field it.error.code)"
  : >"$BATS_FILE_TMPDIR/empty"
  send_image image-classification empty
  is '400 empty_body' "$http $(field it.error.code)"
  task image-classification '{"inputs":"https://example.org/cat.png"}'
  is '400 unsupported_input' "$http $(field it.error.code)"
  task image-classification '{"inputs":"not base64!"}'
  is '400 invalid_image' "$http $(field it.error.code)"
  ask -H 'content-type: text/plain' -d x /v1/tasks/image-classification
  is 415 "$http"
}

@test "requests that cannot be meant say what is wrong" {
  task translate '{"inputs":"x"}'
  is '404 task_not_found' "$http $(field it.error.code)"
  task text-classification '{"inputs":[]}'
  is "400 'inputs' must NOT have fewer than 1 items" "$http $(field it.error.message)"
  task text-classification '{"inputs":"x","parameters":{"topk":1}}'
  is "400 'parameters' must NOT have additional properties ('topk')" "$http $(field it.error.message)"
  task text-classification '{"inputs":"x","model":"starter/topics"}'
  is '400 wrong_kind_of_model' "$http $(field it.error.code)"
  task text-classification '{"inputs":"x","model":"none/such"}'
  is "404 there is no model 'none/such' for text-classification; there is: starter/sentiment" "$http $(field it.error.message)"
  task zero-shot-classification '{"inputs":"x"}'
  is 400 "$http"
  task summarization '{"inputs":"One word. Two.","parameters":{"max_length":3}}'
  is true "$(field 'it[0].summary_text.length < 9')"
  task zero-shot-classification '{"inputs":"the team won","parameters":{"candidate_labels":["$&sports","food"]}}'
  is '$&sports' "$(field 'it[0].label')"
  ask -H 'content-type: multipart/form-data; boundary=x' -d junk /v1/tasks/image-classification
  is '400 invalid_multipart' "$http $(field it.error.code)"
  ask -F "file=@$BATS_FILE_TMPDIR/one-pixel.png" -F topk=1 /v1/tasks/image-classification
  is "400 topk there is no field 'topk': beside the images there may be 'model' and 'parameters'" "$http $(field it.error.param) $(field it.error.message)"
  ask -H 'transfer-encoding: chunked' -F "file=@$BATS_FILE_TMPDIR/one-pixel.png" /v1/tasks/image-classification
  is '200 red' "$http $(field 'it[0].label')"
  ask --json '{"model":"starter/embeddings","input":[]}' /v1/embeddings
  is "400 input 'input' must NOT have fewer than 1 items" "$http $(field it.error.param) $(field it.error.message)"
  ask --json '{"model":"starter/ranking","query":"x","documents":["y"],"topn":1}' /v1/rerank
  is "400 the request must NOT have additional properties ('topn')" "$http $(field it.error.message)"
  task fill-mask '{"inputs":"no mask here"}'
  is '400 missing_mask' "$http $(field it.error.code)"
  ask -H 'content-type: application/json' -d '{"inputs":' /v1/tasks/fill-mask
  is '400 invalid_json' "$http $(field it.error.code)"
}

@test "a very long text and 256 texts at once are answered" {
  node -e 'console.log(JSON.stringify({inputs: "good ".repeat(39000)}))' >"$BATS_TEST_TMPDIR/long.json"
  ask --json "@$BATS_TEST_TMPDIR/long.json" /v1/tasks/text-classification
  is '200 POSITIVE' "$http $(field 'it[0][0].label')"
  node -e 'console.log(JSON.stringify({inputs: Array.from({length: 256}, (_, i) => (i % 2 ? "good" : "bad")), parameters: {top_k: 1}}))' >"$BATS_TEST_TMPDIR/many.json"
  ask --json "@$BATS_TEST_TMPDIR/many.json" /v1/tasks/text-classification
  is '200 128' "$http $(field 'it.filter(([best], i) => best.label === (i % 2 ? "POSITIVE" : "NEGATIVE")).length / 2')"
}

@test "64 requests at once are all answered, and the service stays alive" {
  seq 64 | xargs -P 64 -I{} curl -s --max-time 60 -o "$BATS_TEST_TMPDIR/{}.json" -H "authorization: Bearer $API_KEY" \
    -H 'content-type: image/png' --data-binary "@$BATS_FILE_TMPDIR/scene.png" "$GATEWAY/v1/tasks/image-classification"
  is 64 "$(grep -l '"label":"blue"' "$BATS_TEST_TMPDIR"/*.json | wc -l)"
}

@test "a worker that dies in the middle is an error for its request alone, and the next one is answered" {
  node -e 'console.log(JSON.stringify({inputs: Array.from({length: 256}, () => "x ".repeat(3000))}))' >"$BATS_TEST_TMPDIR/slow.json"
  curl -s -o "$BATS_TEST_TMPDIR/slow.out" -w '%{http_code}' --max-time 60 -H "authorization: Bearer $API_KEY" \
    --json "@$BATS_TEST_TMPDIR/slow.json" "$GATEWAY/v1/tasks/feature-extraction" >"$BATS_TEST_TMPDIR/slow.code" &
  local asking=$!
  eventually 10 kill_process nlp tasks/worker.ts
  wait $asking
  is '503' "$(<"$BATS_TEST_TMPDIR/slow.code")"
  output=$(<"$BATS_TEST_TMPDIR/slow.out")
  is worker_ended "$(field it.error.code)"
  task text-classification '{"inputs":"good"}'
  is POSITIVE "$(field 'it[0][0].label')"
}

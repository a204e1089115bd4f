#!/usr/bin/env bats
# Upload, transform, fetch; durable across a crash; and nothing reachable that was not handed over.

load system

setup() {
  eventually 60 all_ready
  printf 'region,amount\nnorth,10\nsouth,5\nnorth,7\n' >"$BATS_TEST_TMPDIR/orders.csv"
}

# upload FILE: its id in $file.
upload() {
  ask -F purpose=user_data -F "file=@$1" /v1/files
  is 200 "$http"
  file=$(field it.id)
}

# start_run FORMAT SQL FILE-ID: its id in $run.
start_run() {
  ask --json "$(node -e 'const [format, sql, orders] = process.argv.slice(1);
    console.log(JSON.stringify({ workflow: "transform", input: { files: orders ? { orders } : {}, sql, format } }))' "$@")" /v1/runs
  run_id=$(field 'it.id ?? ""')
}

state_is() {
  ask "/v1/runs/$run_id"
  [ "$(field it.status)" = "$1" ]
}

is_over() { state_is succeeded || state_is failed; }

# finish_run FILE: waits and fetches the artifact.
finish_run() {
  eventually 120 is_over
  is '' "$(field 'it.error?.message ?? ""')"
  curl -s -H "authorization: Bearer $API_KEY" "$GATEWAY/v1/files/$(field it.output.file_id)/content" -o "$1"
}

@test "a CSV becomes JSON by SQL" {
  upload "$BATS_TEST_TMPDIR/orders.csv"
  start_run json 'SELECT region, sum(amount) AS total FROM orders GROUP BY region ORDER BY region' "$file"
  is 202 "$http"
  finish_run "$BATS_TEST_TMPDIR/result.json"
  is '{"region":"north","total":17}
{"region":"south","total":5}' "$(cat "$BATS_TEST_TMPDIR/result.json")"
}

@test "a CSV becomes Parquet, and the Parquet can be read again" {
  upload "$BATS_TEST_TMPDIR/orders.csv"
  start_run parquet 'SELECT * FROM orders WHERE amount > 5 -- only the large ones' "$file"
  finish_run "$BATS_TEST_TMPDIR/result.parquet"
  is PAR1 "$(head -c 4 "$BATS_TEST_TMPDIR/result.parquet")"
  upload "$BATS_TEST_TMPDIR/result.parquet"
  start_run csv 'SELECT count(*) AS n, max(amount) AS m FROM orders;' "$file"
  finish_run "$BATS_TEST_TMPDIR/again.csv"
  is 'n,m
2,10' "$(cat "$BATS_TEST_TMPDIR/again.csv")"
}

@test "files can be listed, described and deleted" {
  upload "$BATS_TEST_TMPDIR/orders.csv"
  ask "/v1/files/$file"
  is orders.csv "$(field it.filename)"
  is "$(sha256sum <"$BATS_TEST_TMPDIR/orders.csv" | cut -d' ' -f1)" "$(field it.sha256)"
  ask -X DELETE "/v1/files/$file"
  is true "$(field it.deleted)"
  ask "/v1/files/$file"
  is 404 "$http"
}

@test "what is not one SELECT over known files is refused before it is queued" {
  upload "$BATS_TEST_TMPDIR/orders.csv"
  for sql in 'DROP TABLE orders' 'SELECT 1; SELECT 2' 'SELEC 1' ';' "COPY (SELECT 1) TO '/data/x'"; do
    start_run json "$sql" "$file"
    is 400 "$http"
    is invalid_sql "$(field it.error.code)"
  done
  start_run json 'SELECT 1' file-none
  is 404 "$http"
  start_run xml 'SELECT 1' "$file"
  is 400 "$http"
  ask -F "file=@$BATS_TEST_DIRNAME/workflow.bats" /v1/files
  start_run json 'SELECT 1' "$(field it.id)"
  is unsupported_format "$(field it.error.code)"
  ask -F purpose=x /v1/files
  is missing_file "$(field it.error.code)"
}

@test "uploads: the purpose may come last, one file a form, names without tricks, forms that break off leave nothing" {
  ask -F "file=@$BATS_TEST_TMPDIR/orders.csv;filename=../../etc/o\"rders.csv" -F purpose=last /v1/files
  is 200 "$http"
  is last "$(field it.purpose)"
  before=$(podman exec "$POD-data-processor" sh -c 'ls /data/files | wc -l')
  ask -F "file=@$BATS_TEST_TMPDIR/orders.csv" -F "more=@$BATS_TEST_TMPDIR/orders.csv" /v1/files
  is too_many_files "$(field it.error.code)"
  ask -H 'content-type: multipart/form-data; boundary=x' --data-binary $'--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\na,b\n' /v1/files
  is 400 "$http"
  ask -H 'content-type: multipart/form-data' -d x /v1/files
  is 400 "$http"
  is "$before" "$(podman exec "$POD-data-processor" sh -c 'ls /data/files | wc -l')"
  ask /v1/files/%00
  is 404 "$http"
  ask -X POST --json '{"workflow":"transform","input":{"files":{},"sql":"SELECT 1","fromat":"csv"}}' /v1/runs
  is 400 "$http"
}

@test "a run that would never end can be cancelled, and leaves no file" {
  start_run json 'WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT a FROM r) SELECT count(*) FROM r' ''
  eventually 30 state_is running
  ask -X POST "/v1/runs/$run_id/cancel"
  is 200 "$http"
  eventually 30 state_is cancelled
  nothing_left() { [ -z "$(podman exec "$POD-data-processor" sh -c "ls /data/work")" ]; }
  eventually 30 nothing_left
}

@test "a query reaches the files it was given and nothing else" {
  upload "$BATS_TEST_TMPDIR/orders.csv"
  for sql in "SELECT * FROM read_text('/run/secrets/postgres-password/value')" "SELECT * FROM glob('/data/**')" \
    "SELECT * FROM read_csv('http://192.0.2.1/x.csv')"; do
    start_run json "$sql" "$file"
    is 202 "$http"
    eventually 60 state_is failed
    [[ $(field it.error.message) == *'disabled by configuration'* || $(field it.error.message) == *'httpfs'* ]]
  done
  start_run json 'SELECT nothing FROM orders' "$file"
  eventually 60 state_is failed
  [[ $(field it.error.message) == *'"nothing" not found'* ]]
}

@test "a run killed half-way is resumed and finishes with the same bytes" {
  # Heavy enough to be caught in the middle: a checksum over pairs of rows, in a fixed order.
  sql='SELECT region, a.range % 97 AS part, sum(hash(a.range * 31 + b.range) % 1000003) AS total
    FROM orders, range(6000) a, range(6000) b GROUP BY ALL ORDER BY ALL'
  upload "$BATS_TEST_TMPDIR/orders.csv"
  start_run parquet "$sql" "$file"
  finish_run "$BATS_TEST_TMPDIR/undisturbed"
  start_run parquet "$sql" "$file"
  eventually 30 state_is running
  kill_hard data-processor
  eventually 60 all_ready
  finish_run "$BATS_TEST_TMPDIR/resumed"
  cmp "$BATS_TEST_TMPDIR/undisturbed" "$BATS_TEST_TMPDIR/resumed"
  run podman logs "$POD-data-processor"
  is 0 "$(grep -c '"level":"fatal"' <<<"$output")"
}

@test "runs and files outlive a crash of PostgreSQL" {
  upload "$BATS_TEST_TMPDIR/orders.csv"
  kill_hard postgres
  found() { ask "/v1/files/$file" && [ "$http" = 200 ]; }
  eventually 60 found
  eventually 60 all_ready
  start_run json 'SELECT count(*) AS n FROM orders' "$file"
  finish_run "$BATS_TEST_TMPDIR/after.json"
  is '{"n":3}' "$(cat "$BATS_TEST_TMPDIR/after.json")"
}

#!/usr/bin/env bats
# What our rules say of a unit is what podman's own Quadlet generator says of it: those of Debian 13 (podman 5.4) and of
# the next Debian, over a few thousand units. They run in a container: the host may be older.

load system

setup_file() {
  cases=$BATS_FILE_TMPDIR/cases
  export cases
  mkdir "$cases"
  node --import tsx tests/agreement.ts write "$cases"
}

# One run for each case: a panic of the generator would take the others along.
judge='
  export QUADLET_UNIT_DIRS=/cases/$1
  made=$(/usr/libexec/podman/quadlet --user --dryrun 2>/dev/null); status=$?
  printf "== %s %s\n%s\n" "$1" $status "$(grep "^SourcePath=" <<<"$made")" >"/verdicts/$1"'

# agree RELEASE: both verdicts on every unit; what differs, and how many were compared, is printed.
agree() {
  generator_of "$1"
  local verdicts=$BATS_TEST_TMPDIR/verdicts version
  version=$(podman run --rm --network none "$image" /usr/libexec/podman/quadlet --version)
  tar -c -C "$cases" . | podman run --rm -i --network none --env judge="$judge" "$image" bash -c '
    mkdir /cases /verdicts && tar -x --no-same-owner -C /cases
    ls /cases | xargs -P "$(nproc)" -I{} bash -c "$judge" judge {}
    cat /verdicts/*' >"$verdicts"
  run node --import tsx tests/agreement.ts compare "$cases" "$verdicts" "$version"
  echo "$output"
  echo "# ${lines[-1]}" >&3
  is 0 "$status"
}

@test "podman 5.4: whatever the generator refuses we find, and nothing else" {
  agree trixie
}

@test "the next Debian's podman: whatever the generator refuses we find, and nothing else" {
  agree forky
}

@test "the comparison can fail: a generator that refuses everything disagrees with us" {
  ls "$cases" | sed 's/.*/== & 1/' >"$BATS_TEST_TMPDIR/none"
  run node --import tsx tests/agreement.ts compare "$cases" "$BATS_TEST_TMPDIR/none" 5.4
  is 1 "$status"
  [[ ${lines[-1]} =~ ^'podman 5.4: '([0-9]+)' units compared'.*\ [0-9]{3,}' disagreements'$ ]]
  [ "${BASH_REMATCH[1]}" -ge 2000 ]
}

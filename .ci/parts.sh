# Sourced by .ci/run and .ci/long: runs parts, counts their tests, and says at the end how each of them went, how long it took
# and how long it may take. With CI=true nothing may be skipped.

mkdir -p "$LOGS"
summary=()
passed=0 failed=0 skipped=0 over=0

minutes() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# note NAME OUTCOME SECONDS BUDGET TEXT
note() {
  local verdict=
  if [ "$4" -gt 0 ] && [ "$3" -gt "$4" ]; then
    verdict="  OVER BUDGET by $(minutes $(($3 - $4)))"
    over=$((over + 1))
  fi
  summary+=("$(printf '%-14s %-8s %6s of %6s  %s%s' "$1" "$2" "$(minutes "$3")" "$(minutes "$4")" "$5" "$verdict")")
}

# part NAME BUDGET COUNTER COMMAND...: runs one part that may take BUDGET seconds on a slow machine, tells how it ended, and
# lets COUNTER find out how many tests it ran.
part() {
  local name=$1 budget=$2 counter=$3 start=$SECONDS status=0
  shift 3
  say "=== $name, which may take $(minutes "$budget")"
  "$@" 2>&1 | tee "$LOGS/$name.log" || status=$?
  outcome "$name" "$budget" "$counter" "$start" "$status"
}

# beside NAME COMMAND...: starts a part that goes on while others run, in a session of its own, so that all of it can be ended.
declare -A besides=()
beside() {
  local name=$1
  shift
  setsid "$@" >"$LOGS/$name.log" 2>&1 &
  besides[$name]=$!
}

# late NAME BUDGET COUNTER: waits for a part that was started beside others, for which nothing else may have to wait longer than
# BUDGET seconds.
late() {
  local name=$1 budget=$2 counter=$3 start=$SECONDS status=0
  say "=== $name, which began before and may take another $(minutes "$budget")"
  wait "${besides[$name]}" || status=$?
  unset "besides[$name]" # nothing is left to be ended
  cat "$LOGS/$name.log"
  outcome "$name" "$budget" "$counter" "$start" "$status"
}

# outcome NAME BUDGET COUNTER START STATUS: what a part came to that began at START and ended with STATUS.
outcome() {
  local name=$1 budget=$2 counter=$3 took=$((SECONDS - $4)) status=$5 outcome=passed counts ran broken left
  counts=$("$counter" "$LOGS/$name.log")
  read -r ran broken left <<<"$counts"
  passed=$((passed + ran)) failed=$((failed + broken)) skipped=$((skipped + left))
  if [ "$status" -ne 0 ] || [ "$broken" -gt 0 ]; then
    outcome=FAILED
    # A part that broke off before its tests is a failure too.
    [ "$broken" -gt 0 ] || failed=$((failed + 1))
  fi
  note "$name" "$outcome" "$took" "$budget" "$ran passed, $broken failed, $left skipped"
  say "=== $name took $(minutes "$took")"
  [ "$outcome" = passed ]
}

skip() {
  skipped=$((skipped + 1))
  note "$1" skipped 0 0 "$2"
}

# Each counter prints how many tests passed, failed and were skipped.
no_tests() { echo 0 0 0; }
closing_line() { # of the form: NAME: N passed, N failed, N skipped
  sed -nE 's/^[a-z-]+: ([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$/\1 \2 \3/p' "$1" | tail -n 1 | grep . || no_tests
}
maven_tests() { # the closing line of each module's Surefire and Failsafe
  sed -nE 's/^\[[A-Z]+\] Tests run: ([0-9]+), Failures: ([0-9]+), Errors: ([0-9]+), Skipped: ([0-9]+)$/\1 \2 \3 \4/p' "$1" |
    awk '{ passed += $1 - $2 - $3 - $4; failed += $2 + $3; skipped += $4 } END { print passed + 0, failed + 0, skipped + 0 }'
}

# slowest_tests: the classes that took longest in the last run of Maven, a shared registry's start included in the first of them.
slowest_tests() {
  local reports=("$CHECKOUT"/target/*-reports/TEST-*.xml)
  [ -e "${reports[0]}" ] || return 0
  grep -ho '<testsuite [^>]*' "${reports[@]}" |
    sed -nE 's/.* name="(dev\.strata\.)?([^"]*)" time="([0-9.,]+)".*/\3 \2/p' | tr -d , | sort -rn |
    awk -v most="$1" 'NR <= most { printf "  %6.1f s  %s\n", $1, $2 }'
}

# finish BUDGET: prints the summary of the whole, which may take BUDGET seconds; for a trap on EXIT.
finish() {
  local status=$? process
  for process in "${besides[@]}"; do kill -- "-$process" 2>/dev/null || true; done
  echo
  echo "What took longest:"
  slowest_tests 25
  echo
  echo "What was run, and how long each may take on a slow machine:"
  printf '  %s\n' "${summary[@]:-nothing}"
  note all "" "$SECONDS" "$1" "$over part(s) over budget"
  printf '  %s\n' "${summary[-1]}"
  echo "  logs: $LOGS"
  echo "tests: $passed passed, $failed failed, $skipped skipped"
  [ "$failed" -eq 0 ] || status=1
  if [ "${CI:-}" = true ] && [ "$skipped" -gt 0 ]; then
    echo "With CI=true nothing may be skipped."
    status=1
  fi
  exit "$status"
}

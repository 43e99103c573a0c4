#!/usr/bin/env bash
# run.sh COMPILER CASES_DIR INCLUDE_FLAGS...: compiles every case. A case whose first line is
# `// fails: TEXT` must be refused with TEXT in the compiler's output; the others must compile.
set -u

compiler=$1 cases=$2
shift 2
failures=0 count=0
for source in "$cases"/*.cpp; do
  ((++count))
  output=$("$compiler" -std=c++20 -fsyntax-only -Wall -Wextra "$@" "$source" 2>&1)
  status=$?
  read -r first <"$source"
  if [[ $first == "// fails: "* ]]; then
    text=${first#// fails: }
    if ((status == 0)); then
      echo "$source: compiles, but must not"
      ((++failures))
    elif [[ $output != *"$text"* ]]; then
      printf '%s: the compiler does not say: %s\n%s\n' "$source" "$text" "$output"
      ((++failures))
    fi
  elif ((status != 0)); then
    printf '%s: must compile, but:\n%s\n' "$source" "$output"
    ((++failures))
  fi
done
((count > 0)) || { echo "$cases: no cases"; exit 1; }
echo "$count cases, $failures wrong"
((failures == 0))

#!/usr/bin/env bash
# check_output.sh PROGRAM EXPECTED: runs PROGRAM and compares what it prints, line by line, with the
# file EXPECTED. A line there that begins with "~ " is an extended regular expression for the whole line.
set -u

program=$1 expected=$2
actual=$("$program" </dev/null) || { status=$?; printf '%s\n' "$actual"; echo "$program: exit status $status"; exit 1; }
mapfile -t got <<<"$actual"
if [[ ! -f $expected ]]; then
  printf '%s\n' "${got[@]}"
  echo "$expected is missing; if the output above is right, store it there"
  exit 1
fi
mapfile -t wanted <"$expected"

failures=0
lines=$((${#got[@]} > ${#wanted[@]} ? ${#got[@]} : ${#wanted[@]}))
for ((i = 0; i < lines; i++)); do
  has="${got[i]-}" wants="${wanted[i]-}"
  if ((i < ${#got[@]} && i < ${#wanted[@]})); then
    if [[ $wants == "~ "* ]]; then
      [[ $has =~ ^(${wants:2})$ ]] && continue
    elif [[ $has == "$wants" ]]; then
      continue
    fi
  fi
  echo "$expected:$((i + 1)): expected: ${wanted[i]-<end of file>}"
  echo "$expected:$((i + 1)):  printed: ${got[i]-<end of output>}"
  ((++failures))
done
((failures == 0)) || { echo "$failures of $lines lines differ"; exit 1; }

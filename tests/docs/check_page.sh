#!/usr/bin/env bash
# check_page.sh PAGE WORK COMPILER... -- LIBRARY...: runs the blocks of code of a page of documentation
# in the folder WORK and compares what they print with the page.
#
#   ```cpp      With `int main` it is a program. All others of a page are one program in their order,
#               with the headers below in front: a block that begins with struct, template or #include
#               stands before main, the others run in it.
#   ```         Without a language: what the program above prints.
#   ```console  `$ command`, then what it prints on both outputs. Exit status 2 and above 3 are errors.
#
# In what is printed `...` stands for any text, on a line of its own for any lines. Blocks in other languages are not run.
set -u

page=$1 work=$2
shift 2
compiler=() libraries=()
while [[ $1 != -- ]]; do
  compiler+=("$1")
  shift
done
shift
libraries=("$@")
name=$(basename "$page")
rm -rf "$work"
mkdir -p "$work"
failures=0 blocks=0

complain() { # line message
  echo "$name:$1: $2"
  ((++failures))
}

# same ACTUAL WANTED: equal, but for what ... stands for.
same() {
  local pattern='' line
  while IFS= read -r line; do
    if [[ $line == ... ]]; then
      pattern+='*'
    else
      line=${line//\\/\\\\} line=${line//\*/\\*} line=${line//\?/\\?} line=${line//\[/\\[}
      pattern+="${line//.../*}"$'\n'
    fi
  done <<<"$2"
  # shellcheck disable=SC2053
  [[ $1$'\n' == $pattern ]]
}

expect() { # line what actual wanted
  same "$3" "$4" && return
  complain "$1" "$2 prints something else; the page (-) and the program (+):"
  diff -u <(printf '%s\n' "$4") <(printf '%s\n' "$3") | tail -n +4
}

# program LINE SOURCE WANTED
program() {
  local source=$work/$1.cpp output
  printf '%s\n' "$2" >"$source"
  if ! output=$("${compiler[@]}" "$source" -o "$work/$1" "${libraries[@]}" 2>&1); then
    complain "$1" "this does not compile"
    printf '%s\n' "$output" | head -n 30
    return
  fi
  output=$(cd "$work" && "./$1" 2>&1) || complain "$1" "the program ends with status $?"
  expect "$1" 'the program' "$output" "$3"
}

# console LINE TEXT: every command with its output.
console() {
  local number=$1 line command='' wanted='' at=0
  while IFS= read -r line; do
    if [[ $line == '$ '* ]]; then
      [[ -z $command ]] || shell "$at" "$command" "$wanted"
      command=${line:2} wanted='' at=$number
    else
      [[ -n $command ]] || complain "$number" "a console block begins with a command"
      wanted+=${wanted:+$'\n'}$line
    fi
    ((++number))
  done <<<"$2"
  shell "$at" "$command" "$wanted"
}

shell() { # line command wanted
  local output status=0
  output=$(cd "$work" && bash -c "$2" 2>&1 </dev/null) || status=$?
  ((status < 2 || status == 3)) || complain "$1" "exit status $status of: $2"
  expect "$1" "$2" "$output" "$3"
}

declarations='#include <array>
#include <cmath>
#include <vector>
#include <autodiff/autodiff.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>'
statements='' printed='' first=0          # of the program that the blocks of the page make up
own='' own_printed='' own_line=0           # the program of one block that waits for its output
in_block=0 language='' text='' start=0 number=0

end_own() {
  [[ -z $own ]] || program "$own_line" "$own" "$own_printed"
  own='' own_printed=''
}

end_block() {
  local located="#line $((start + 1)) \"$name\""$'\n'"$text"
  case $language in
  cpp)
    ((++blocks))
    end_own
    if [[ $text == *'int main('* ]]; then
      own=$located own_line=$start
    elif [[ $text =~ ^(///?[^$'\n']*$'\n')*(struct|template|\#include)' ' ]]; then
      declarations+=$'\n'$located
    else
      statements+=$'\n'$located
    fi
    ((first)) || [[ -n $own ]] || first=$start
    ;;
  '')
    ((++blocks))
    if [[ -n $own ]]; then
      own_printed=$text
      end_own
    elif ((first)); then
      printed+=${printed:+$'\n'}$text
    else
      complain "$start" "no program comes before this output; say a language if it is none"
    fi
    ;;
  console)
    ((++blocks))
    end_own
    console $((start + 1)) "$text"
    ;;
  esac
}

while IFS= read -r line || [[ -n $line ]]; do
  ((++number))
  if [[ $line == '```'* ]]; then
    if ((in_block)); then
      end_block
    else
      language=${line:3} text='' start=$number
    fi
    in_block=$((1 - in_block))
  elif ((in_block)); then
    text+=${text:+$'\n'}$line
  fi
done <"$page"
((in_block == 0)) || complain "$start" "this block never ends"
end_own
if ((first)); then
  program "$first" "$declarations"$'\n'"int main() {$statements"$'\n}' "$printed"
fi
echo "$name: $blocks blocks, $failures wrong"
((failures == 0))

#!/usr/bin/env bash
# What the engine does, in two minutes; ./dev demo builds it and runs this. Pictures and tables are
# written to build/demo/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=${AUTODIFF_BIN-build/release/bin}
out=build/demo
mkdir -p "$out"
PATH="$PWD/$bin:$PATH"

if [[ -t 1 ]]; then bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'; else bold='' dim='' plain=''; fi

section=0
title() { printf '\n%s%s. %s%s\n' "$bold" "$((++section))" "$*" "$plain"; }
text() { printf '%s\n' "$@"; }

# Shows a command as a person would type it, then runs it. Wrong derivatives end check with status 1;
# that is what some of these commands are here to show.
run() {
  local argument line=''
  for argument; do
    [[ $argument =~ ^[A-Za-z0-9_./,:=@-]+$ ]] || argument="'$argument'"
    line+=" $argument"
  done
  printf '\n%s$%s%s\n' "$dim" "$line" "$plain"
  local status=0
  "$@" || status=$?
  ((status <= 1)) || exit "$status"
}

# verdict CLAIM X: what the check says of the claim that relu has this slope at x.
verdict() {
  local status=0
  autodiff check 'relu(x)' --at "x=$2" --gradient "x=$1" >/dev/null || status=$?
  case $status in
  0) echo right ;;
  1) echo wrong ;;
  *) exit "$status" ;;
  esac
}

title 'The derivatives of a formula'
text 'One neuron with a squared output: its value, and how it changes with weight, input and bias.'
run autodiff grad 'relu(w*x + b)^2' --at w=0.5,x=2,b=-0.25

title 'ReLU at 0'
text 'relu(x) = max(x, 0) has a kink at 0: slope 0 on the left, 1 on the right, no derivative.' \
  'The engine returns a declared slope there and says so.'
run autodiff grad 'relu(x)' --at x=0
text '' 'A checker that compares with a central difference, 1/2, would call that slope wrong. This one' \
  'compares with the slopes from the two sides: each number between them is a right choice, at 0' \
  'and nowhere else. The smallest number above 0 is about 5e-324.' ''
claims=(0 0.5 1 1.001)
row() { printf '  %-22s%-8s%-8s%-8s%s\n' "$@"; }
row 'relu has this slope' "${claims[@]}"
for x in -1 -5e-324 0 5e-324 1; do
  verdicts=()
  for claim in "${claims[@]}"; do
    judged=$(verdict "$claim" "$x")
    verdicts+=("$judged")
  done
  row "at x = $x" "${verdicts[@]}"
done

title 'A wrong gradient is caught'
text 'Somebody differentiated x^2 sin(y) by hand, and forgot a factor in one of the two results.'
run autodiff check 'x^2*sin(y)' --gradient 'x=x*sin(y)' --gradient 'y=x^2*cos(y)' --at x=1.5,y=0.7
text '' 'With the factor in its place, at many points of a region, its ends and special values among them:'
run autodiff check 'x^2*sin(y)' --gradient 'x=2*x*sin(y)' --gradient 'y=x^2*cos(y)' \
  --domain x=-2:2,y=-3:3 >"$out/check.txt"
sed -n 1,3p "$out/check.txt"
text "(the whole report: $out/check.txt)"

title 'A table of points'
text 'Every row of a file is one point; each becomes a row of derivatives.'
cat >"$out/points.csv" <<'END'
w,x,b
0.5,2,-0.25
-1,0.5,0.25
0.5,-1,0.5
END
run autodiff grad 'relu(w*x + b)^2' --data "$out/points.csv" -o "$out/gradients.csv"
cat "$out/gradients.csv"

training="$bin/examples/04_logistic_regression"
if [[ -x $training ]]; then
  title 'Training on real data'
  text 'Logistic regression on measurements of 569 tumours: gradients from the tape, L-BFGS from NLopt' \
    '(examples/04_logistic_regression.cpp).' ''
  "$training"
fi

title 'Pictures'
text 'Function, derivative, and what happens at the kinks.'
run autodiff plot 'relu(x)' --domain x=-3:3 -o "$out/relu.svg"
run autodiff plot 'abs(sin(x)) + 0.3*x' --domain x=-4:7 -o "$out/sine.svg"
run autodiff plot 'relu(x)' 'leaky_relu(x, 0.1)' --domain x=-3:3 -o "$out/both.svg"
text '' "Look at $out/relu.svg, $out/sine.svg and $out/both.svg in a browser."

printf '\n%s%s%s\n' "$bold" 'Next' "$plain"
text 'Your own formula:      build/release/bin/autodiff --help' \
  'Your own C++ function: examples/01_gradient.cpp, 02_custom_vjp.cpp, and the README'

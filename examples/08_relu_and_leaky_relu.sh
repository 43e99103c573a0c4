#!/usr/bin/env bash
# ReLU beside leaky ReLU, functions and derivatives, in one picture: relu_and_leaky_relu.svg in the
# folder this is run in. `autodiff` is build/release/bin/autodiff.
set -euo pipefail

autodiff plot 'relu(x)' 'leaky_relu(x, 0.1)' --domain x=-3:3 -o relu_and_leaky_relu.svg

echo 'What the picture says of the two kinks:'
sed -n "s:.*>\(.*, x = 0.*\)</text>:\1:p" relu_and_leaky_relu.svg

echo
echo 'The same in numbers, on both sides of the kink and on it:'
points=$(mktemp)
trap 'rm -f "$points"' EXIT
printf 'x\n-2\n-5e-324\n0\n5e-324\n2\n' >"$points"
for expression in 'relu(x)' 'leaky_relu(x, 0.1)'; do
  echo "$expression"
  autodiff grad "$expression" --data "$points"
done

#!/usr/bin/env python3
"""Writes the reference tables of all operations, tests/reference/<operation>.txt.

Values, first and second derivatives of the operations' oracles (see Meta::oracle), evaluated and
differentiated by mpmath: an independent source, never our own derivatives. Usage:

    generate.py [OPERATION]...      without arguments: all, and tables of unknown operations go

A row is one point: the set it belongs to, the arguments (hexadecimal, exact), the value, the first
derivatives, the second derivatives xx xy xz yy yz zz, with 40 digits each; for operations whose
derivatives have zeros of their own (Meta::cancels) also, for each derivative, how far it moves when
the arguments move by their own size. `-` stands where there is no derivative (a kink, an end of the
domain), `nan` where the point is outside the domain. The number of arguments of a reduction stands
behind the set's name.
"""
import itertools
import json
import math
import os
import random
import struct
import subprocess
import sys
import tempfile

import mpmath
from mpmath import mp, mpf

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
DIGITS = 40
STEP_BITS = 180
DECADES = range(-300, 301, 24)
FLOAT_DECADES = range(-36, 37, 4)
NEAR = [1e-3, 1e-6, 1e-9, 1e-12, 2.0**-52]
TAILS = [5, 10, 13.25, 20, 36, 38.25, 40, 50, 88, 100, 104, 200, 350, 372, 700, 709, 710, 720, 744, 745, 800, 1024]
EXTREME = [5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1.401298464324817e-45,
           1.1754943508222875e-38, 3.4028234663852886e38, math.pi, math.pi / 2, 3 * math.pi / 4]


def operations():
    """The operations as the headers define them, printed by list_operations.cpp."""
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "list_operations")
        subprocess.run([os.environ.get("CXX", "c++"), "-std=c++20", "-I", os.path.join(ROOT, "include"),
                        os.path.join(HERE, "list_operations.cpp"), "-DFMT_HEADER_ONLY", "-o", program],
                       check=True)
        return json.loads(subprocess.run([program], check=True, capture_output=True).stdout)


def to_float32(x):
    try:
        return struct.unpack("f", struct.pack("f", x))[0]
    except OverflowError:
        return math.copysign(math.inf, x)


# --- points --------------------------------------------------------------------------------------


class Points:
    """Argument lists by set, without repetition; each also rounded to float where float has it."""

    def __init__(self):
        self.rows = []
        self.seen = set()

    def add(self, kind, *args):
        args = [float(a) for a in args]
        rounded = [to_float32(a) for a in args]
        for candidate in (args, rounded):
            normal = all(a == 0 or (math.isfinite(r) and abs(r / a - 1) < 1e-6)
                         for a, r in zip(args, candidate))
            if normal and tuple(map(repr, candidate)) not in self.seen:
                self.seen.add(tuple(map(repr, candidate)))
                self.rows.append((kind, candidate))
                # One of the two is enough far from edges; the rounded one serves both types.
                if kind != "edge" and candidate is args and rounded == args:
                    break

    def add_rounded(self, kind, *args):
        rounded = [to_float32(a) for a in args]
        self.add(kind, *(r if math.isfinite(r) and (r != 0) == (a != 0) else a
                         for a, r in zip(args, rounded)))


def uniform(rng, interval):
    return interval[0] + (interval[1] - interval[0]) * rng.random()


def magnitude(rng, decade):
    return rng.choice((-1, 1)) * (1 + 9 * rng.random()) * 10.0**decade


def points_of_one(op, rng, points):
    (interval,) = op["samples"]
    for _ in range(40):
        points.add_rounded("ordinary", uniform(rng, interval))
    for decade in itertools.chain(DECADES, FLOAT_DECADES):
        x = magnitude(rng, decade)
        points.add_rounded("scale", x)
        points.add_rounded("scale", -x)
    for x in TAILS:
        points.add("tail", x)
        points.add("tail", -x)
    anchors = dict.fromkeys([0.0, 0.5, -0.5, 1.0, -1.0, 2.0, -2.0] + op["kinks"] + interval)
    for anchor in anchors:
        points.add("edge", anchor)
        for distance in NEAR:
            for side in (-1, 1):
                points.add("edge", anchor + side * distance * (abs(anchor) or 1))
    for x in EXTREME:
        points.add("special", x)
        points.add("special", -x)


def points_of_two(op, rng, points):
    first, second = op["samples"]
    for _ in range(40):
        points.add_rounded("ordinary", uniform(rng, first), uniform(rng, second))
    for decades in ((-300, -160, -30, -5, 0, 5, 30, 160, 300), (-36, -18, -6, 6, 18, 36)):
        for a, b in itertools.product(decades, repeat=2):
            points.add_rounded("scale", magnitude(rng, a), magnitude(rng, b))
    for decade in itertools.chain(DECADES, FLOAT_DECADES):
        points.add_rounded("scale", magnitude(rng, decade), uniform(rng, second))
        points.add_rounded("scale", abs(magnitude(rng, decade)), uniform(rng, second))
        points.add_rounded("scale", uniform(rng, first), magnitude(rng, decade))
    for distance in NEAR:
        for x in (1.0, -0.75, 3.0):
            for side in (-1, 1):
                points.add("edge", x, x * (1 + side * distance))
                points.add("edge", x, side * distance)
                points.add("edge", side * distance, x)
        points.add("edge", 1 + distance, 1 / distance)
        points.add("edge", 1 - distance, -1 / distance)
    for x in TAILS[:10]:
        points.add("tail", uniform(rng, first), x)
        points.add("tail", x, uniform(rng, second))
        points.add("tail", -x, -1.0)
    grid = (-3.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0)
    for x, y in itertools.product(grid, repeat=2):
        points.add("special", x, y)


def points_of_three(op, rng, points):
    for _ in range(40):
        points.add_rounded("ordinary", *(uniform(rng, interval) for interval in op["samples"]))
    for decade in itertools.chain(DECADES, FLOAT_DECADES):
        points.add_rounded("scale", *(magnitude(rng, decade) for _ in range(3)))
    for distance in NEAR:
        for side in (-1, 1):
            x = 1 + side * distance
            points.add("edge", x, 1.0, 2.0)
            points.add("edge", x, -1.0, 1.0)
            points.add("edge", -x, -1.0, x)
            points.add("edge", side * distance, x, 1.0)
    for args in itertools.product((-2.0, -1.0, 0.0, 1.0), repeat=3):
        points.add("special", *args)


def points_of_reduction(op, rng, points):
    sizes = [n for n in (1, 2, 3, 5, 8)
             if n >= op["least"] and (n - op["least"]) % op["group"] == 0]
    sizes += [4, 6] if op["group"] == 2 else []
    for n in sizes:
        for _ in range(6):
            points.add_rounded("ordinary", *(uniform(rng, op["sample"]) for _ in range(n)))
        for decade in (-300, -150, -30, -8, 8, 30, 150, 300):
            points.add("scale", *(magnitude(rng, decade) for _ in range(n)))
        for decades in ((-200, 200), (-30, 30), (-9, 0), (0, 9)):
            points.add("scale", *(magnitude(rng, decades[i % 2]) for i in range(n)))
        for distance in (1e-3, 1e-9, 2.0**-52):
            points.add("edge", *(1 + distance * rng.randrange(-3, 4) for _ in range(n)))
            points.add("edge", *([1.5] + [distance * rng.randrange(1, 4) for _ in range(n - 1)]))
        for _ in range(6):
            points.add("special", *(rng.choice((-2.0, -1.0, 0.0, 1.0, 2.0)) for _ in range(n)))
        for x in (0.0, 1.0, -3.0, 0.1):
            points.add("special", *[x] * n)


# --- derivatives ---------------------------------------------------------------------------------


class Outside(Exception):
    """Not a real number there."""


class Pole(Exception):
    """Not a finite number there."""


class Irregular(Exception):
    """No derivative there: a kink, a jump, an end of the domain, a vertical tangent."""


class Oracle:
    def __init__(self, text, of_list=False, jumps=False):
        self.jumps = jumps
        scope = {name: getattr(mpmath, name) for name in dir(mpmath) if not name.startswith("_")}
        scope.update(abs=abs, max=max, min=min)
        self.code = compile(text, text, "eval")
        self.scope = scope
        self.of_list = of_list
        self.cache = {}

    def __call__(self, args):
        key = (mp.prec, tuple(args))
        if key not in self.cache:
            self.cache[key] = self.evaluate(args)
        result = self.cache[key]
        if isinstance(result, type):
            raise result
        return result

    def evaluate(self, args):
        # A reduction's oracle calls its list of arguments x.
        names = {"x": args} if self.of_list else dict(zip("xyz", args))
        try:
            result = eval(self.code, {**self.scope, **names})
        except (ZeroDivisionError, OverflowError, ValueError):
            return Pole
        if isinstance(result, mpmath.mpc):
            return Outside
        result = mpf(result)
        return result if mpmath.isfinite(result) else Pole


def spread(f, args):
    """How much nearer than the size of an argument the jumps of a remainder may be, in bits."""
    sizes = [mpmath.mag(a) for a in args if a]
    return max(sizes) - min(sizes) if f.jumps and sizes else 0


def steps(f, args, bits):
    """Far below the size of each argument, and below 1 where the argument is larger."""
    bits += spread(f, args)
    return [mpf(2) ** ((min(mpmath.mag(a), 0) if a else -1100) - bits) for a in args]


def difference(f, args, wrt, h):
    """The nested central difference quotient of f with respect to the arguments `wrt`."""
    if not wrt:
        return f(args)
    i, rest = wrt[0], wrt[1:]
    up = list(args)
    up[i] = args[i] + h[i]
    down = list(args)
    down[i] = args[i] - h[i]
    return (difference(f, up, rest, h) - difference(f, down, rest, h)) / (2 * h[i])


def one_sided_gap(f, args, wrt, h):
    """Slope to the right less slope to the left of the derivative `wrt[1:]`, and their size."""
    i, rest = wrt[0], wrt[1:]
    up = list(args)
    up[i] = args[i] + 4 * h[i]
    down = list(args)
    down[i] = args[i] - 4 * h[i]
    middle = difference(f, args, rest, h)
    right = (difference(f, up, rest, h) - middle) / (4 * h[i])
    left = (middle - difference(f, down, rest, h)) / (4 * h[i])
    return right - left, max(abs(right), abs(left))


def check_regular(f, args, wrt):
    """Raises Irregular unless the slopes from both sides approach each other with the step."""
    gaps = []
    for bits in (STEP_BITS, STEP_BITS + 30):
        gaps.append(one_sided_gap(f, args, wrt, steps(f, args, bits)))
    (gap, size), (finer_gap, finer_size) = gaps
    if abs(finer_gap) > abs(gap) / 1024 and abs(finer_gap) > finer_size * mpf(2) ** -60:
        raise Irregular
    if finer_size > 32 * size:
        raise Irregular


def precision(f, args, order, bits):
    """Enough bits for a derivative as small as the smallest double, whatever cancels before it.

    Rounded up: mpmath keeps its tables of coefficients by precision, and they serve many points.
    """
    mp.prec = 400
    size = mpmath.mag(f(args) or 1)
    small = max(-min(mpmath.mag(a), 0) if a else 1100 for a in args) + spread(f, args)
    large = max(mpmath.mag(a) if a else 0 for a in args)
    bits = 1400 + max(0, size) + max(0, large) + order * (bits + 40 + small)
    return -(-int(bits) // 1024) * 1024


def derivative(f, args, wrt):
    """One mixed derivative of f, right to more digits than are printed."""
    estimates = []
    for bits in (STEP_BITS, STEP_BITS + 30):
        mp.prec = precision(f, args, len(wrt), bits)
        estimates.append(difference(f, args, wrt, steps(f, args, bits)))
    coarse, fine = estimates
    if abs(fine) < abs(coarse) * mpf(2) ** -50:  # vanishes with the step: it is 0
        return mpf(0)
    if abs(coarse - fine) > abs(fine) * mpf(10) ** -(DIGITS + 4):
        if abs(fine) < mpf(10) ** -380:  # rounding, or as good as 0
            return mpf(0)
        raise ArithmeticError(f"the derivative {wrt} at {args} does not settle: {coarse} {fine}")
    return fine


def entry(f, args, wrt):
    """The derivative as a number, None where there is none, or NaN outside the domain."""
    try:
        mp.prec = precision(f, args, len(wrt), STEP_BITS + 30)
        check_regular(f, args, wrt)
        return derivative(f, args, wrt)
    except Outside:
        return None
    except (Pole, Irregular):
        return None


def is_isolated(f, args, i):
    """True if f is real at the point but on neither side of it in argument i."""
    mp.prec = precision(f, args, 1, STEP_BITS)
    h = steps(f, args, STEP_BITS)[i]
    for side in (-1, 1):
        beside = list(args)
        beside[i] = args[i] + side * h
        try:
            f(beside)
            return False
        except Outside:
            pass
        except Pole:
            return False
    return True


def is_linear_in_directions(f, args, first):
    """False where the slope in some direction is not what the partial derivatives make of it."""
    if None in first:
        return True  # a kink already
    mp.prec = precision(f, args, 1, STEP_BITS)
    h = min(steps(args, STEP_BITS))
    for direction in ([1] * len(args), [(-1)**k * (k + 1) for k in range(len(args))]):
        moved = [a + h * d for a, d in zip(args, direction)]
        slope = (f(moved) - f(args)) / h
        expected = mpmath.fsum(p * d for p, d in zip(first, direction))
        size = mpmath.fsum(abs(p * d) for p, d in zip(first, direction))
        if abs(slope - expected) > max(size, mpf(1)) * mpf(2)**-60 and abs(slope) > 2**-60 * size:
            return False
    return True


def sensitivity(f, args, wrt):
    """sum_k |x_k d/dx_k| of the derivative `wrt`: its change when the arguments change."""
    total = mpf(0)
    for k, a in enumerate(args):
        if a == 0:
            continue
        slope = entry(f, args, (k,) + wrt)
        if slope is None:
            return None
        total += abs(a * slope)
    return total


# --- tables --------------------------------------------------------------------------------------


def show(x):
    if x is None:
        return "-"
    if mpmath.isnan(x):
        return "nan"
    if x and mpmath.mag(x) < -16000:  # its exponent may fill a line; it is 0 in any format
        return "1e-4800" if x > 0 else "-1e-4800"
    return mpmath.nstr(x, DIGITS)


def row(op, f, kind, args):
    """The line of one point, or None where the function has a pole or is beyond all doubles."""
    n = len(args)
    cancels = op.get("cancels", False)
    head = [kind] if "samples" in op else [kind, str(n)]
    pairs = [(i, j) for i in range(n) for j in range(i, n)]
    exact = [mpf(a) for a in args]
    mp.prec = 400
    try:
        value = f(exact)
    except Pole:
        return None
    except Outside:
        nan = mpf("nan")
        entries = [nan] * (1 + n) + [None] * len(pairs) * (2 if cancels else 1)
        entries += [None] * n if cancels else []
        return " ".join(["outside"] + head[1:] + [float(a).hex() for a in args] + [show(e) for e in entries])
    if mpmath.mag(value or 1) > 3000:
        return None
    first = [entry(f, exact, (i,)) for i in range(n)]
    second = []
    for i, j in pairs:
        smooth = first[i] is not None and first[j] is not None
        second.append(entry(f, exact, (i, j)) if smooth else None)
    if "samples" not in op and not is_linear_in_directions(f, exact, first):
        first, second = [None] * n, [None] * len(pairs)
    first = [mpf("nan") if d is None and is_isolated(f, exact, i) else d for i, d in enumerate(first)]
    entries = [value] + first + second
    if cancels:
        wrts = [(i,) for i in range(n)] + pairs
        entries += [None if d is None else sensitivity(f, exact, w)
                    for d, w in zip(first + second, wrts)]
    return " ".join(head + [float(a).hex() for a in args] + [show(e) for e in entries])


def table(op):
    rng = random.Random(op["name"])
    points = Points()
    if "samples" in op:
        (points_of_one, points_of_two, points_of_three)[len(op["samples"]) - 1](op, rng, points)
    else:
        points_of_reduction(op, rng, points)
    f = Oracle(op["oracle"], "samples" not in op, op.get("jumps", False))
    rows = []
    for kind, args in points.rows:
        line = row(op, f, kind, args)
        f.cache.clear()
        if line is not None:
            rows.append(line)
    return rows


def write(op):
    rows = table(op)
    lines = [f"# {op['name']}: {op['oracle']}", "# written by tests/reference/generate.py"] + rows
    with open(os.path.join(HERE, op["name"] + ".txt"), "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
    print(f"{op['name']}: {len(rows)} points", flush=True)


def main(names):
    known = operations()
    unknown = set(names) - {op["name"] for op in known}
    if unknown:
        sys.exit(f"generate.py: no such operation: {', '.join(sorted(unknown))}")
    for op in known:
        if not names or op["name"] in names:
            write(op)
    if not names:
        tables = {op["name"] + ".txt" for op in known}
        for stale in sorted(f for f in os.listdir(HERE) if f.endswith(".txt") and f not in tables):
            os.remove(os.path.join(HERE, stale))
            print(f"{stale}: removed, no such operation")


if __name__ == "__main__":
    main(sys.argv[1:])

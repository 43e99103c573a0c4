#!/usr/bin/env python3
"""Writes tests/core/quad_reference.txt: what the functions of ad::Quad should give, from mpmath.

    python3 tests/reference/quad_reference.py > tests/core/quad_reference.txt

A line holds a function, its arguments and the result. The arguments are numbers of 113 bits, with
the 36 digits that identify them; the result has 45 digits, or is a zero or an infinity where it
leaves the range of a Quad.
"""

import random

import mpmath as mp
from mpmath import mpf

BITS = 113
SMALLEST = mpf(2) ** -16382
RANDOM = random.Random(20250101)


def quad(x):
    """x, a function of no arguments or a number, rounded to 113 bits; evaluated with many more."""
    with mp.workprec(3000):
        value = x() if callable(x) else mpf(x)
    with mp.workprec(BITS):
        return +value


def significand():
    return mpf(RANDOM.getrandbits(BITS) | 1 << (BITS - 1)) * mpf(2) ** -BITS


def of_any_size(low, high, signs=(1,)):
    """A number whose binary exponent, and not itself, is evenly distributed."""
    return RANDOM.choice(signs) * significand() * mpf(2) ** RANDOM.randint(low, high)


def between(low, high):
    return quad(lambda: mpf(low) + (mpf(high) - mpf(low)) * RANDOM.getrandbits(200) / mpf(2) ** 200)


def near(x, low=-110, high=-4):
    with mp.workprec(BITS):
        return quad(x) + of_any_size(low, high, (-1, 1))


def log_gamma(x):
    if x > 0:
        return mp.re(mp.loggamma(x))
    return mp.log(mp.pi / abs(mp.sinpi(x))) - mp.re(mp.loggamma(1 - x))


BOTH = (-1, 1)
UNIT = [lambda: between(-1, 1), lambda: of_any_size(-200, 0, BOTH), lambda: near(1, -110, -4)]
LINE = [
    lambda: between(-4, 4),
    lambda: of_any_size(-200, 12, BOTH),
    lambda: of_any_size(-3000, -60),
]
SUMMANDS = [lambda: (of_any_size(-9, 9, BOTH), of_any_size(-120, 9, BOTH))]
FACTORS = [lambda: (of_any_size(-9000, 9000), of_any_size(-9, 9, BOTH))]
ANGLES = LINE + [
    lambda: of_any_size(0, 1100, BOTH),
    lambda: quad(lambda: mp.pi / 2 * RANDOM.randint(1, 10**6)),
]
LOGARITHM = [lambda: of_any_size(-16381, 16384), lambda: near(1), lambda: between(0, 20)]
GAMMA = [
    lambda: between(0, 30),
    lambda: between(-30, 0),
    lambda: between(30, 1700),
    lambda: of_any_size(-900, 0, BOTH),
    lambda: near(-RANDOM.randint(0, 20), -90, -4),
]
GAMMA_ZEROS = ["1", "2", "-2.4570247382208005814", "-2.7476826467274126919"]
DIGAMMA_ZEROS = ["1.46163214496836234126", "-0.50408300826445540925"]


def found(function, guess):
    with mp.workprec(400):
        return quad(mp.findroot(function, mpf(guess)))


def above_one():
    with mp.workprec(BITS):
        return 1 + of_any_size(-110, 4)


def scaled_power():
    x = of_any_size(-16000, 16000) if RANDOM.random() < 0.5 else near(1, -100, -4)
    return x, quad(lambda: mpf(between(-11000, 11000)) / mp.log(x))


def cancelling():
    with mp.workprec(BITS):
        a, b = of_any_size(-9, 9, BOTH), of_any_size(-9, 9, BOTH)
        return a, b, -(a * b) * (1 + RANDOM.choice((0, 1, 3)) * mpf(2) ** -RANDOM.randint(1, 112))


# Function: its value, sources of arguments, arguments always taken.
FUNCTIONS = {
    "add": (lambda a, b: a + b, SUMMANDS, []),
    "sub": (lambda a, b: a - b, [lambda: (of_any_size(0, 0), of_any_size(-118, 0))], []),
    "mul": (lambda a, b: a * b, FACTORS, []),
    "div": (lambda a, b: a / b, FACTORS, []),
    "fma": (lambda a, b, c: a * b + c, [cancelling], []),
    "sqrt": (mp.sqrt, [lambda: of_any_size(-16381, 16384), lambda: between(0, 9)], [2]),
    "cbrt": (
        lambda x: mp.sign(x) * mp.cbrt(abs(x)),
        [lambda: of_any_size(-16381, 16384, BOTH), lambda: between(-9, 9)],
        [2],
    ),
    "hypot": (
        lambda x, y: mp.sqrt(x * x + y * y),
        [lambda: (between(-9, 9), between(-9, 9)), lambda: (of_any_size(16383, 16383), mpf(3))],
        [(mpf("1e-4000"), mpf("2e-4000")), (mpf("1e4000"), mpf("2e4000"))],
    ),
    "exp": (mp.exp, LINE + [lambda: between(-11350, 11350)], [1, 11356, -11355]),
    "exp2": (lambda x: mpf(2) ** x, LINE + [lambda: between(-16380, 16380)], ["0.5"]),
    "expm1": (mp.expm1, LINE + [lambda: between(-90, 11350)], ["1e-300", "1e-20"]),
    "log": (mp.log, LOGARITHM, [2, "1e-4000"]),
    "log2": (lambda x: mp.log(x) / mp.log(2), LOGARITHM, [3, 8]),
    "log10": (lambda x: mp.log(x) / mp.log(10), LOGARITHM, [2, 1000]),
    "log1p": (
        mp.log1p,
        [lambda: of_any_size(-130, 0), lambda: between("-0.99", 4), lambda: of_any_size(0, 16384)],
        ["1e-300", "-1e-20"],
    ),
    "pow": (
        lambda x, y: x**y,
        [scaled_power, lambda: (of_any_size(-9, 9, BOTH), mpf(RANDOM.randint(-200, 200)))],
        [(mpf(2), quad("0.5")), (quad("1.0000000001"), mpf(10) ** 13)],
    ),
    "sin": (mp.sin, ANGLES, ["1e22", "1e300", "1e4900"]),
    "cos": (mp.cos, ANGLES, ["1e22", "1e300", "1e4900"]),
    "tan": (mp.tan, ANGLES, ["1e22", "1e300", "1e4900"]),
    "asin": (mp.asin, UNIT, [1, "0.5"]),
    "acos": (mp.acos, UNIT, [-1, "0.5", "1e-300"]),
    "atan": (mp.atan, LINE, [1, "1e30", "-1e4900"]),
    "atan2": (
        mp.atan2,
        [lambda: (of_any_size(-9, 9, BOTH), of_any_size(-9, 9, BOTH))],
        [(mpf(1), mpf(-1)), (quad("1e-4000"), quad("1e900")), (quad("1e-200"), mpf(-1))],
    ),
    "sinh": (mp.sinh, LINE + [lambda: between(-11350, 11350)], ["1e-300"]),
    "cosh": (mp.cosh, LINE[:2] + [lambda: between(-11350, 11350)], ["1e-20"]),
    "tanh": (mp.tanh, LINE + [lambda: between(-50, 50)], ["1e-300"]),
    "asinh": (mp.asinh, LINE + [lambda: of_any_size(0, 16384, BOTH)], ["1e-300"]),
    "acosh": (mp.acosh, [above_one, lambda: of_any_size(2, 16384)], [2]),
    "atanh": (mp.atanh, UNIT, ["1e-300", "-0.5"]),
    "erf": (mp.erf, LINE + [lambda: between(-9, 9)], [1]),
    "erfc": (mp.erfc, [lambda: between(0, 106), lambda: between(-9, 12), lambda: near(1)], [1, 10]),
    "lgamma": (
        log_gamma,
        GAMMA + [lambda: near(found(log_gamma, RANDOM.choice(GAMMA_ZEROS[2:])))],
        ["0.5", "1e4900", "1.0000000000000000000001", "1.9999999999999999999999"],
    ),
    "tgamma": (mp.gamma, GAMMA, ["0.5", 1, 5, 30]),
    "digamma": (
        mp.digamma,
        GAMMA + [lambda: near(found(mp.digamma, RANDOM.choice(DIGAMMA_ZEROS)))],
        [1, "0.5", "1e300"],
    ),
    "fmod": (mp.fmod, [lambda: (of_any_size(-9, 300), of_any_size(-9, 9))], []),
}


def in_domain(name, x):
    with mp.workprec(BITS):
        if name in ("asin", "acos", "atanh"):
            return abs(x[0]) <= 1
        return all(a == 0 or SMALLEST <= abs(a) < mpf(2) ** 16384 for a in x)


def text(x, digits):
    with mp.workprec(200):
        x = +x  # mpmath prints all bits of a number before it rounds
    return mp.nstr(x, digits, min_fixed=-5, max_fixed=digits)


def result_text(value):
    if abs(value) < SMALLEST:
        return "-0" if value < 0 else "0"
    if abs(value) >= (2 - mpf(2) ** -BITS) * mpf(2) ** 16383:
        return "-inf" if value < 0 else "inf"
    return text(value, 45)


def main():
    print("# Written by tests/reference/quad_reference.py with mpmath; do not edit.")
    for name, (function, sources, always) in FUNCTIONS.items():
        arguments = [x if isinstance(x, tuple) else (quad(x),) for x in always]
        for _ in range(max(4, 20 // len(sources))):
            for source in sources:
                x = source()
                arguments.append(x if isinstance(x, tuple) else (x,))
        for x in arguments:
            x = tuple(map(quad, x))
            if not in_domain(name, x):
                continue
            # Enough for the digits of pi in a huge angle and for every cancellation.
            exponents = [abs(mp.frexp(a)[1]) for a in x if a != 0]
            with mp.workprec(800 + 2 * max(exponents, default=0)):
                value = function(*x)
                print(name, *(text(a, 36) for a in x), result_text(value))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes siblings.jsonl: cases with the same traps as edge_cases.jsonl, every answer by mpmath.

An answer is the limit of the slope from the left and from the right along each variable, as
quotients over steps of 1e-40 to 1e-60 at 1000 digits that leave out the point itself: one number if
they agree, an interval at a kink, an infinity where they grow without bound. At infinite points a
large number stands for infinity. What these limits do not tell, as at a jump, is given by hand.
"""

import json
import pathlib
import re
import sys

import mpmath
from mpmath import mp, mpf

mp.dps = 1000
INFINITE = mpf(10) ** 9  # far enough for what decays, near enough to be computed
STEPS = [mpf(10) ** -n for n in (40, 50, 60)]


def real(function):
    """NaN instead of a complex number or an exception."""

    def wrapped(*arguments):
        try:
            result = function(*arguments)
        except (ValueError, ZeroDivisionError):
            return mpf("nan")
        return mpf("nan") if isinstance(result, mpmath.mpc) else mpf(result)

    return wrapped


def divide(a, b):
    return mpf("nan") if b == 0 else a / b


def power(a, b):
    if b == 0:
        return mpf(1)
    return mp.power(a, b)


def logsumexp(*x):
    m = max(x)
    return m + mp.log(sum(mp.exp(v - m) for v in x))


FUNCTIONS = {
    name: real(function)
    for name, function in {
        "pow": power,
        "div": divide,
        "sqrt": mp.sqrt,
        "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
        "hypot": mp.hypot,
        "abs": abs,
        "exp": mp.exp,
        "exp2": lambda x: mpf(2) ** x,
        "expm1": mp.expm1,
        "log": mp.log,
        "log1p": mp.log1p,
        "log2": lambda x: mp.log(x, 2),
        "sin": mp.sin,
        "cos": mp.cos,
        "tan": mp.tan,
        "asin": mp.asin,
        "acos": mp.acos,
        "atan2": mp.atan2,
        "tanh": mp.tanh,
        "asinh": mp.asinh,
        "acosh": mp.acosh,
        "atanh": mp.atanh,
        "square": lambda x: x * x,
        "max": lambda a, b: a if a >= b else b,
        "min": lambda a, b: a if a <= b else b,
        "fmin": lambda a, b: b if mp.isnan(a) else a if mp.isnan(b) else min(a, b),
        "clamp": lambda x, lo, hi: lo if x < lo else hi if x > hi else x,
        "relu": lambda x: x if x > 0 else mpf(0),
        "relu6": lambda x: min(max(x, mpf(0)), mpf(6)),
        "leaky_relu": lambda x, a: x if x > 0 else a * x,
        "hard_tanh": lambda x: min(max(x, mpf(-1)), mpf(1)),
        "elu": lambda x, a: x if x > 0 else a * mp.expm1(x),
        "silu": lambda x: x / (1 + mp.exp(-x)),
        "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
        "softplus": lambda x: mp.log1p(mp.exp(x)),
        "copysign": lambda a, b: -abs(a) if b < 0 else abs(a),
        "logsumexp": logsumexp,
        "logaddexp": logsumexp,
        "xlogy": lambda x, y: mpf(0) if x == 0 else x * mp.log(y),
        "fmod": lambda x, y: x - y * mp.sign(x / y) * mp.floor(abs(x / y)),
        "floormod": lambda x, y: x - y * mp.floor(x / y),
        "remainder": lambda x, y: x - y * mp.nint(x / y),
        "lgamma": lambda x: mp.log(abs(mp.gamma(x))),
        "digamma": mp.digamma,
        "normal_cdf": lambda x: mp.erfc(-x / mp.sqrt(2)) / 2,
        "log_ndtr": lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2),
        "logit": lambda x: mp.log(x / (1 - x)),
        "sinc": lambda x: mpf(1) if x == 0 else mp.sin(mp.pi * x) / (mp.pi * x),
        "norm": lambda *x: mp.sqrt(sum(v * v for v in x)),
        "norm1": lambda *x: sum(abs(v) for v in x),
        "norminf": lambda *x: max(abs(v) for v in x),
        "std": lambda *x: mp.sqrt(sum((v - sum(x) / len(x)) ** 2 for v in x) / (len(x) - 1)),
        "prod": lambda *x: mp.fprod(x),
        "cumprod_sum": lambda *x: sum(mp.fprod(x[: i + 1]) for i in range(len(x))),
    }.items()
}
FUNCTIONS["where"] = lambda condition, a, b: a() if condition() else b()
FUNCTIONS["N"] = lambda text: mpf(float(text))  # literals are rounded to double


class Translator:
    """Recursive descent: the expression as a function of its variables, branches lazy."""

    TOKENS = re.compile(r"\s*(\d+\.?\d*(?:e[-+]?\d+)?|\w+|==|!=|<=|>=|.)")

    def __init__(self, text):
        self.tokens = self.TOKENS.findall(text) + [""]
        self.at = 0

    def take(self, *wanted):
        if self.tokens[self.at] in wanted:
            self.at += 1
            return self.tokens[self.at - 1]
        return None

    def comparison(self):
        a = self.sum()
        relation = self.take("==", "!=", "<=", ">=", "<", ">")
        return f"({a}) {relation} ({self.sum()})" if relation else a

    def sum(self):
        a = self.product()
        while sign := self.take("+", "-"):
            a = f"({a} {sign} {self.product()})"
        return a

    def product(self):
        a = self.minus()
        while sign := self.take("*", "/"):
            b = self.minus()
            a = f"({a} * {b})" if sign == "*" else f"div({a}, {b})"
        return a

    def minus(self):
        return f"(-{self.minus()})" if self.take("-") else self.exponent()

    def exponent(self):
        a = self.atom()
        return f"pow({a}, {self.minus()})" if self.take("^") else a

    def atom(self):
        if self.take("("):
            inside = self.comparison()
            assert self.take(")")
            return f"({inside})"
        token = self.tokens[self.at]
        self.at += 1
        if token[0].isdigit():
            return f"N('{token}')"
        if not self.take("("):
            return token
        arguments = [self.comparison()]
        while self.take(","):
            arguments.append(self.comparison())
        assert self.take(")")
        if token == "where":
            arguments = [f"lambda: {a}" for a in arguments]
        return f"{token}({', '.join(arguments)})"


def function_of(expression, variables):
    translator = Translator(expression)
    code = translator.comparison()
    assert translator.tokens[translator.at] == "", expression
    body = eval(f"lambda {', '.join(variables)}: {code}", dict(FUNCTIONS))
    return real(lambda *x: body(*x))


def limit(quotients):
    """Of quotients over ever smaller steps: a number, an infinity or NaN."""
    if any(mp.isnan(q) for q in quotients):
        return mpf("nan")
    first, second, third = (abs(q) for q in quotients)
    if max(first, second, third) < mpf("1e-500"):  # rounding
        return mpf(0)
    if abs(quotients[2] - quotients[1]) <= mpf("1e-15") * third:
        return quotients[2]
    if third < second < first and third < mpf("1e-10"):
        return mpf(0)
    if third > second > first:
        return mp.sign(quotients[2]) * mpf("inf")
    return mpf("nan")


def sides(f, point, variables):
    """The limit of the derivative by these variables from the left and from the right."""
    result = []
    for side in (-1, 1):
        quotients = []
        for step in STEPS:
            difference, size = mpf(0), mpf(1)
            h = {v: side * step * (abs(point[v]) or 1) for v in variables}
            for v in variables:
                size *= h[v]
            for mask in range(2 ** len(variables)):
                moved = {v: x + h.get(v, 0) for v, x in point.items()}
                for bit, v in enumerate(variables):
                    if mask >> bit & 1:
                        moved[v] += h[v]
                sign = (-1) ** (len(variables) - mask.bit_count())
                difference += sign * f(*moved.values())
            quotients.append(difference / size)
        result.append(limit(quotients))
    return result


def combined(left, right):
    if mp.isnan(left) or mp.isnan(right):
        return right if mp.isnan(left) else left
    if mp.isinf(left) or mp.isinf(right):
        return left if left == right else mpf("nan")
    if abs(left - right) <= mpf("1e-15") * abs(left):
        return right
    return (min(left, right), max(left, right))


def written(x):
    if isinstance(x, tuple):
        return [written(v) for v in x]
    if mp.isnan(x):
        return "nan"
    if mp.isinf(x):
        return "inf" if x > 0 else "-inf"
    return float(x)


def answer(expression, point, order, keys):
    f = function_of(expression, list(point))
    exact = {
        v: mp.sign(mpf(x)) * INFINITE if mp.isinf(mpf(x)) else mpf(x) for v, x in point.items()
    }
    result = {}
    for key in keys:
        variables = key.split(",")
        if len(variables) < order:
            variables *= order
        result[key] = written(combined(*sides(f, exact, variables)))
    return result


# id, expression, point, note, then what differs from the ordinary: order, keys, given, accept, constraint.
CASES = [
    ("power-02", "pow(x, 3)", {"x": 0}, "n (n-1) x^(n-2) by way of x^n / x^2", {"order": 2}),
    ("power-04", "pow(x, 2.5)", {"x": 0}, "not an integer, above 1", {}),
    ("power-06", "pow(0, x)", {"x": 2}, "0 times log 0 in the exponent", {}),
    ("power-08", "pow(x, y)", {"x": -3, "y": 3}, "negative base: must not poison x",
     {"given": {"x": 27, "y": "nan"}, "accept": {"y": [0.0]}}),
    ("power-10", "pow(x, -2)", {"x": 0}, "even pole", {"given": {"x": "nan"}, "accept": {"x": ["-inf", "inf"]}}),
    ("power-12", "(x - 1)^0 + x", {"x": 1}, "the constant 1 beside a variable", {}),
    ("power-14", "pow(x, 1/3)", {"x": 0}, "vertical tangent from the right", {}),
    ("power-16", "pow(x*x, 1.5)", {"x": 0}, "|x|^3", {"order": 2}),
    ("roots_norms-02", "sqrt(x^4)", {"x": 0}, "x^2 through an infinite partial", {}),
    ("roots_norms-04", "hypot(x, y)", {"x": 0, "y": 0}, "unit ball", {"constraint": "sum of squares<=1"}),
    ("roots_norms-06", "hypot(x, y)^3", {"x": 0, "y": 0}, "smooth composite", {}),
    ("roots_norms-08", "sqrt((x - y)^2)", {"x": 1, "y": 1}, "|x - y|", {"constraint": "gx+gy=0"}),
    ("roots_norms-10", "abs(x)^1.5", {"x": 0}, "smooth composite of a kink", {}),
    ("roots_norms-12", "norm(2*x, 3*x)", {"x": 0}, "sqrt(13) |x|", {}),
    ("roots_norms-14", "x*sqrt(abs(x))", {"x": 0}, "0 times an infinite slope", {}),
    ("roots_norms-16", "std(x, y) * std(x, y)", {"x": 3, "y": 3}, "the variance is smooth", {}),
    ("float_range-02", "sqrt(x*x + y*y)", {"x": 3e200, "y": 4e200}, "the squares overflow", {}),
    ("float_range-04", "log(1 + exp(x))", {"x": 1000}, "softplus written out", {}),
    ("float_range-06", "exp(x) / (1 + exp(x))", {"x": 1000}, "sigmoid written out", {}),
    ("float_range-08", "1 - tanh(x)", {"x": 20}, "the value is rounded to 0, its slope is not", {}),
    ("float_range-10", "x / sqrt(x*x + y*y)", {"x": 3e-170, "y": 4e-170}, "the squares underflow", {}),
    ("float_range-12", "log(sigmoid(x))", {"x": -800}, "sigmoid underflows", {}),
    ("float_range-14", "asinh(x)", {"x": -1e300}, "x*x overflows", {}),
    ("removable-02", "sin(x) / x", {"x": 0}, "0/0", {}),
    ("removable-04", "(x^2 - 1) / (x - 1)", {"x": 1}, "= x + 1", {}),
    ("removable-06", "x^3 / x", {"x": 0}, "= x^2", {}),
    ("kinks-02", "leaky_relu(x, 0.1)", {"x": 0}, "between the slopes", {}),
    ("kinks-04", "max(x, -x)", {"x": 0}, "|x|", {}),
    ("kinks-06", "max(x, 0) + min(x, 0)", {"x": 0}, "= x", {}),
    ("kinks-08", "relu(x) + relu(-x) - abs(x)", {"x": 0}, "identically 0", {}),
    ("kinks-10", "abs(x) - abs(2*x)/2 + x", {"x": 0}, "= x", {}),
    ("kinks-12", "relu(x)^2", {"x": 0}, "f' = 2 relu(x)", {"order": 2}),
    ("kinks-14", "max(x, x^2)", {"x": 1}, "crossing of two smooth pieces", {}),
    ("kinks-16", "relu(x)*relu(-x)", {"x": 0}, "identically 0", {}),
    ("kinks-18", "max(max(x, y), z)", {"x": 1, "y": 1, "z": 1}, "three tied",
     {"constraint": "gx+gy+gz=1"}),
    ("kinks-20", "min(x, y) - max(x, y)", {"x": 2, "y": 2}, "-|x - y|", {"constraint": "gx+gy=0"}),
    ("kinks-22", "where(x > y, x, y)", {"x": 3, "y": 3}, "max written out", {"constraint": "gx+gy=1"}),
    ("kinks-24", "hard_tanh(x) - clamp(x, -1, 1) + 2*x", {"x": 1}, "= 2 x", {}),
    ("checker-02", "abs(x) - 0.5*abs(x - 1e-6)", {"x": 0}, "a second kink nearby", {}),
    ("checker-04", "relu(x)", {"x": -1e-9}, "nearer to the kink than a step", {}),
    ("checker-06", "abs(x)", {"x": 1e-300}, "nearer to the kink than the square root of anything", {}),
    ("second_order-02", "elu(x, 2)", {"x": -1}, "on the exponential side", {"order": 2}),
    ("second_order-04", "silu(x)", {"x": 0}, "1/2", {"order": 2}),
    ("second_order-06", "softplus(2*x)*y", {"x": 0.3, "y": 2}, "the factor 2 twice",
     {"order": 2, "keys": ["x", "x,y", "y"]}),
    ("isolated_point-02", "where(x == 1, 1, x^2)", {"x": 1}, "= x^2", {}),
    ("isolated_point-04", "where(x == 0, 1, log1p(x) / x)", {"x": 0}, "slope -1/2", {}),
    ("isolated_point-06", "where(x != 0, x^3 / x, 0)", {"x": 0}, "= x^2", {}),
    ("isolated_point-08", "where(x == y, 0, x - y)", {"x": 2, "y": 2}, "= x - y", {}),
    ("discontinuity-02", "where(x > 0, 1, 0)", {"x": 0}, "step", {"given": {"x": "nan"}, "accept": {"x": [0.0]}}),
    ("discontinuity-04", "copysign(2, x)", {"x": 0}, "sign", {"given": {"x": "nan"}, "accept": {"x": [0.0]}}),
    ("discontinuity-06", "x*where(x < 1, 0, 1)", {"x": 1}, "ramp with a jump",
     {"given": {"x": "nan"}, "accept": {"x": [0.0, 1.0]}}),
    ("masked_branch-02", "where(x > 0, log(x), 0)", {"x": -1}, "outside the domain of the other", {}),
    ("masked_branch-04", "max(log(x), -5)", {"x": 0}, "infinite slope of the smaller one", {}),
    ("masked_branch-06", "min(exp(x), 1)", {"x": 1000}, "overflow of the larger one", {}),
    ("masked_branch-08", "relu(sqrt(x) - 1)", {"x": 0}, "infinite slope below the kink", {}),
    ("masked_branch-10", "where(abs(x) < 1, sqrt(1 - x*x), 0)", {"x": 2}, "outside the domain", {}),
    ("masked_branch-12", "clamp(1/x, -10, 10)", {"x": 1e-320}, "1/x^2 overflows, clamped", {}),
    ("products-02", "x*y*z", {"x": 0, "y": 0, "z": 5}, "two zeros: a mixed second derivative",
     {"order": 2, "keys": ["x,y", "x,z", "x"]}),
    ("products-04", "prod(x, y, z)", {"x": 0, "y": 0, "z": 4}, "two zeros", {}),
    ("products-06", "x^2*y^3", {"x": 0, "y": 0}, "powers of zeros", {}),
    ("products-08", "x*y / z", {"x": 0, "y": 3, "z": 2}, "a zero numerator", {}),
    ("lse-02", "log(exp(x) + exp(y))", {"x": 1000, "y": 1000}, "logaddexp written out", {}),
    ("lse-04", "logsumexp(x, y, z)", {"x": -1000, "y": -1000, "z": -1000}, "three tied, far left", {}),
    ("lse-06", "logaddexp(x, y)", {"x": "-inf", "y": 1}, "the empty sum", {}),
    ("lse-08", "softplus(-x) - softplus(x)", {"x": 0}, "= -x", {}),
    ("xlogy-02", "x*log(x)", {"x": 0}, "slope -inf", {"accept": {"x": ["nan"]}}),
    ("xlogy-04", "x*log(y)", {"x": 0, "y": 3}, "a zero factor", {}),
    ("xlogy-06", "xlogy(x, y)", {"x": 2, "y": 0.5}, "an ordinary point", {}),
    ("inverse-02", "acos(x)", {"x": -1}, "vertical tangent at the end", {}),
    ("inverse-04", "acos(cos(x))", {"x": 0}, "|x|", {}),
    ("inverse-06", "atanh(x)", {"x": 1}, "end of the domain", {"given": {"x": "inf"}}),
    ("inverse-08", "acosh(1 + x^2)", {"x": 0}, "sqrt(2) |x| nearby", {}),
    ("wrong_rule-02", "tan(3*x)", {"x": 0.2}, "inner factor", {}),
    ("wrong_rule-04", "log2(3*x)", {"x": 0.7}, "factor 1/log 2", {}),
    ("wrong_rule-06", "acosh(2*x)", {"x": 0.9}, "inner factor", {}),
    ("remainder-02", "fmod(x, y)", {"x": 19, "y": -3}, "the quotient is cut off", {}),
    ("remainder-04", "remainder(x, y)", {"x": 8, "y": 3}, "the quotient is rounded", {}),
    ("remainder-06", "floormod(x, y)", {"x": -19, "y": 3}, "the quotient is rounded down", {}),
    ("special-02", "sinc(x)*x", {"x": 0}, "sin(pi x)/pi", {}),
    ("special-04", "(1 - cos(x)) / x", {"x": 1e-9}, "1 - cos x is rounded to 0", {}),
    ("special-06", "lgamma(x)", {"x": -2.5}, "left of 0", {}),
    ("special-08", "log_ndtr(x)", {"x": -40}, "the probability underflows", {}),
    ("special-10", "log(normal_cdf(x))", {"x": -40}, "the probability underflows", {}),
    ("special-12", "digamma(x)", {"x": -0.5}, "trigamma needs reflection", {}),
    ("special-14", "logit(x)", {"x": 1}, "end of the domain", {"given": {"x": "inf"}}),
    ("nan_policy-02", "fmin(x, y)", {"x": "nan", "y": 2}, "fmin ignores nan", {"given": {"x": 0.0, "y": 1.0}}),
    ("nan_policy-04", "max(x, y)", {"x": "nan", "y": 2}, "max passes nan on", {"given": {"x": "nan", "y": "nan"}}),
    ("nan_policy-06", "where(x > 0, x, y)", {"x": 1, "y": "nan"}, "the branch not taken",
     {"given": {"x": 1.0, "y": 0.0}}),
    ("structural_zero-02", "sqrt(x - x)", {"x": 2}, "constant at the singular point", {}),
    ("structural_zero-04", "asin(1 + 0*x)", {"x": 3}, "constant at the singular point", {}),
    ("structural_zero-06", "sqrt(0*x) + x", {"x": -2}, "constant beside a variable", {}),
    ("replay-02", "relu(x)", {"x": 2}, "the other side of the kink", {"record_at": {"x": -1}}),
    ("replay-04", "max(x, y)", {"x": 1, "y": 2}, "the other side of the tie", {"record_at": {"x": 3, "y": 2}}),
]


def main():
    lines = []
    for name, expression, point, note, more in CASES:
        order = more.get("order", 1)
        expected = more.get("given") or answer(expression, point, order, more.get("keys", list(point)))
        case = {"id": name, "expr": expression, "point": point, "expected_grad": expected, "order": order,
                "category": name.split("-")[0], "note": note}
        case.update({key: more[key] for key in ("accept", "constraint", "record_at") if key in more})
        lines.append(json.dumps(case) + "\n")
    pathlib.Path(__file__).with_name("siblings.jsonl").write_text("".join(lines))
    print(f"{len(lines)} cases", file=sys.stderr)


main()

#!/usr/bin/env python3
"""Computes again, by other means than the program's, the numbers that the tests call independent.

    python3 tests/data/check_numbers.py            needs numpy, mpmath and sympy

* `known.json`: each listed point is a root of the gradient to 40 digits, with the listed value, eigenvalues, eigenvectors and
  kind; Newton's method in double precision from a grid of starts finds no other; and where the gradient does not vanish on
  the border and every point is listed, its turns along the border are the sum of the indices.
* The shares of Newton's basins on Himmelblau's function (`src/basins/tests.rs`).
* The share of runs that noise takes out of the sharp minimum (`src/ensemble/tests.rs`).

Exits with status 1 if a number differs.
"""

import json
import pathlib
import sys

import mpmath
import numpy as np
import sympy

mpmath.mp.dps = 60
HERE = pathlib.Path(__file__).parent
W1, W2 = sympy.symbols("w1 w2", real=True)
failures = []


def check(name, holds, found):
    if not holds:
        failures.append(name)
        print(f"{name}: found {found}")


def derivatives(formula):
    """L, its gradient and its Hessian, as expressions with exact numbers."""
    loss = sympy.sympify(formula.replace("^", "**"), locals={"w1": W1, "w2": W2}, rational=True)
    gradient = [sympy.diff(loss, w) for w in (W1, W2)]
    hessian = [sympy.diff(gradient[0], W1), sympy.diff(gradient[0], W2), sympy.diff(gradient[1], W2)]
    return loss, gradient, hessian


def at(function, w):
    """The value at w; where the expression divides zero by zero there, that beside it."""
    try:
        return function(*w)
    except ZeroDivisionError:
        return function(*(x + mpmath.mpf(10) ** -25 for x in w))


def refined(gradient, hessian, w):
    """The root of the gradient near w, by Newton's method with 60 digits; w itself where the Hessian is singular."""
    w = mpmath.matrix([mpmath.mpf(str(x)) for x in w])
    for _ in range(8):
        a, b, d = (at(h, w) for h in hessian)
        if abs(a * d - b * b) < mpmath.mpf(10) ** -30 * (abs(a) + abs(b) + abs(d) + 1):
            return w
        g1, g2 = (at(g, w) for g in gradient)
        w -= mpmath.matrix([d * g1 - b * g2, a * g2 - b * g1]) / (a * d - b * b)
    return w


def same(a, b, tolerance=1e-14):
    return abs(a - b) <= tolerance * max(1, abs(a), abs(b))


def check_point(name, functions, point):
    loss, gradient, hessian = functions
    w = refined(gradient, hessian, point["w"])
    check(f"{name}: place", all(same(x, mpmath.mpf(str(y))) for x, y in zip(w, point["w"])), (w, point["w"]))
    slope = max(abs(at(g, w)) for g in gradient)
    scale = 1 + max(abs(at(h, w)) for h in hessian)
    check(f"{name}: gradient", slope < mpmath.mpf(10) ** -15 * scale, slope)
    check(f"{name}: value", same(at(loss, w), mpmath.mpf(str(point["value"]))), at(loss, w))
    a, b, d = (at(h, w) for h in hessian)
    values, vectors = mpmath.eigsy(mpmath.matrix([[a, b], [b, d]]))
    for k in range(2):
        listed = mpmath.mpf(str(point["eigenvalues"][k]))
        check(f"{name}: eigenvalue", same(values[k], listed, 1e-13), (values[k], listed))
    if abs(values[1] - values[0]) > 1e-9 * (abs(values[1]) + 1e-30):
        for k in range(2):
            v = [mpmath.mpf(str(x)) for x in point["eigenvectors"][k]]
            cosine = abs(vectors[0, k] * v[0] + vectors[1, k] * v[1])
            check(f"{name}: eigenvector", abs(cosine - 1) < 1e-12, cosine)
    zero = 1e-13 * max(abs(values[0]), abs(values[1]))
    signs = [0 if abs(x) <= max(zero, 1e-25) else (1 if x > 0 else -1) for x in values]
    kinds = {(1, 1): "minimum", (-1, -1): "maximum", (-1, 1): "saddle"}
    check(f"{name}: kind", kinds.get(tuple(signs), "degenerate") == point["kind"], signs)


def numeric(expressions):
    return [np.vectorize(sympy.lambdify((W1, W2), e, "numpy"), otypes=[float]) if not e.free_symbols
            else sympy.lambdify((W1, W2), e, "numpy") for e in expressions]


def found_by_newton(gradient, hessian, box, count=301):
    """Roots of the gradient inside the box that Newton's method reaches from a grid of starts."""
    g, h = numeric(gradient), numeric(hessian)
    x, y = np.meshgrid(np.linspace(box[0], box[1], count) + 1e-7, np.linspace(box[2], box[3], count) + 1e-7)
    with np.errstate(all="ignore"):
        for _ in range(60):
            g1, g2 = g[0](x, y), g[1](x, y)
            a, b, d = h[0](x, y), h[1](x, y), h[2](x, y)
            determinant = a * d - b * b
            x, y = x - (d * g1 - b * g2) / determinant, y - (a * g2 - b * g1) / determinant
        g1, g2 = g[0](x, y), g[1](x, y)
        a, b, d = h[0](x, y), h[1](x, y), h[2](x, y)
        scale = 1 + np.abs(a) + np.abs(d)
        step = np.hypot(d * g1 - b * g2, a * g2 - b * g1) / np.abs(a * d - b * b)
        width, height = box[1] - box[0], box[3] - box[2]
        inside = (x >= box[0]) & (x <= box[1]) & (y >= box[2]) & (y <= box[3])
        keep = inside & (step < 1e-9 * (width + height)) & (np.hypot(g1, g2) < 1e-9 * scale)
    points = np.stack([x[keep], y[keep]], axis=1)
    return np.unique(np.round(points, 6), axis=0) if len(points) else points


def turns(gradient, box, count=200_000):
    """How often the gradient turns round along the border."""
    share = np.arange(count) / count
    x = np.concatenate([box[0] + (box[1] - box[0]) * share, np.full(count, box[1]),
                        box[1] - (box[1] - box[0]) * share, np.full(count, box[0])])
    y = np.concatenate([np.full(count, box[2]), box[2] + (box[3] - box[2]) * share,
                        np.full(count, box[3]), box[3] - (box[3] - box[2]) * share])
    g1, g2 = (g(x.astype(float), y.astype(float)) for g in numeric(gradient))
    angle = np.unwrap(np.arctan2(g2, g1), period=2 * np.pi)
    closing = np.angle(np.exp(1j * (np.arctan2(g2[0], g1[0]) - np.arctan2(g2[-1], g1[-1]))))
    return (angle[-1] - angle[0] + closing) / (2 * np.pi)


def check_known():
    for entry in json.loads((HERE / "known.json").read_text()):
        name = entry["name"]
        loss, gradient, hessian = derivatives(entry["formula"])
        exact = [sympy.lambdify((W1, W2), e, "mpmath") for e in [loss, *gradient, *hessian]]
        if entry["smooth"]:
            for point in entry["points"]:
                check_point(name, (exact[0], exact[1:3], exact[3:]), point)
        if not (entry["smooth"] and entry["isolated"]):
            continue
        listed = np.array([[float(x) for x in point["w"]] for point in entry["points"]]).reshape(-1, 2)
        for w in found_by_newton(gradient, hessian, entry["box"]):
            distance = np.abs(listed - w).max(axis=1).min() if len(listed) else np.inf
            check(f"{name}: another point", distance < 1e-3 * (entry["box"][1] - entry["box"][0]), w)
        is_inside = all(entry["box"][0] < w[0] < entry["box"][1] and entry["box"][2] < w[1] < entry["box"][3] for w in listed)
        if is_inside and not any(e.has(sympy.Abs) for e in gradient):
            indices = sum(point["index"] for point in entry["points"])
            found = turns(gradient, entry["box"])
            check(f"{name}: turns along the border", abs(found - indices) < 1e-6, (found, indices))


def check_newton_shares():
    """512² starts on a grid over [−6, 6]², its border among them; the kind of the point that Newton's method comes to."""
    side = np.linspace(-6, 6, 512)
    x, y = np.meshgrid(side, side)

    def parts(x, y):
        p, q = x * x + y - 11, x + y * y - 7
        return 4 * x * p + 2 * q, 2 * p + 4 * y * q, 12 * x * x + 4 * y - 42, 4 * (x + y), 4 * x + 12 * y * y - 26

    for _ in range(200):
        g1, g2, a, b, d = parts(x, y)
        determinant = a * d - b * b
        x, y = x - (d * g1 - b * g2) / determinant, y - (a * g2 - b * g1) / determinant
    g1, g2, a, b, d = parts(x, y)
    has_arrived = np.hypot(g1, g2) < 1e-9
    determinant = a * d - b * b
    shares = [np.mean(has_arrived & (determinant > 0) & (a > 0)), np.mean(has_arrived & (determinant < 0)),
              np.mean(has_arrived & (determinant > 0) & (a < 0))]
    for kind, share, expected in zip(["minima", "saddles", "maxima"], shares, [64.3, 31.4, 4.3]):
        check(f"Newton's basins of {kind}", abs(100 * share - expected) < 0.1, 100 * share)


def sharp_flat_gradient(w):
    """That of 1 − 0.9 exp(−‖w − (1, 0)‖²/0.02) − 0.9 exp(−‖w + (1, 0)‖²/0.5) + 0.05 ‖w‖²."""
    gradient = 0.1 * w
    for centre, width in [(1.0, 0.02), (-1.0, 0.5)]:
        d = w - np.array([centre, 0.0])
        gradient += (1.8 / width) * np.exp(-(d * d).sum(axis=1) / width)[:, None] * d
    return gradient


def check_escape():
    """SGD with Gaussian noise from the sharp minimum, η = 0.01: the share of runs that are farther than ½ from where they
    started after 20,000 steps."""
    rng = np.random.default_rng(1)
    for noise, expected in [(3.0, 0.0), (5.0, 0.96)]:
        w = np.tile([1.0, 0.0], (4000, 1))
        for _ in range(20_000):
            gradient = sharp_flat_gradient(w)
            w -= 0.01 * (gradient + noise * rng.standard_normal(w.shape))
        share = np.mean(np.hypot(w[:, 0] - 1, w[:, 1]) > 0.5)
        check(f"escape at σ = {noise}", abs(share - expected) < 0.015, share)


if __name__ == "__main__":
    check_known()
    check_newton_shares()
    check_escape()
    print("every number agrees" if not failures else f"{len(failures)} numbers differ")
    sys.exit(bool(failures))

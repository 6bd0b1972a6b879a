#!/usr/bin/env python3
"""Makes the examples for networks: two-moons, spirals, three-spirals, circles, xor, chebyshev-5, noisy-sine.

Run in this folder. Only Python's standard library is used, so that the same numbers come out on every machine.
"""

import csv
import math
import random


def write(name, columns, rows):
    with open(f"{name}.csv", "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows(rows)


def rounded(*numbers):
    return [round(number, 6) for number in numbers]


def two_moons(count, noise):
    draw = random.Random(1)
    rows = []
    for k in range(count // 2):
        angle = math.pi * k / (count // 2 - 1)
        rows.append(rounded(math.cos(angle) + draw.gauss(0, noise), math.sin(angle) + draw.gauss(0, noise)) + [0])
        rows.append(rounded(1 - math.cos(angle) + draw.gauss(0, noise), 0.5 - math.sin(angle) + draw.gauss(0, noise)) + [1])
    write("two-moons", ["x1", "x2", "y"], rows)


def spirals(name, arms, each, turns, noise, labels):
    draw = random.Random(2)
    rows = []
    for k in range(each):
        radius = 0.1 + 0.9 * k / (each - 1)
        for arm in range(arms):
            angle = 2 * math.pi * (turns * k / (each - 1) + arm / arms)
            x, y = radius * math.cos(angle), radius * math.sin(angle)
            rows.append(rounded(x + draw.gauss(0, noise), y + draw.gauss(0, noise)) + [labels[arm]])
    write(name, ["x1", "x2", "y"], rows)


def circles(count, noise):
    draw = random.Random(3)
    rows = []
    for k in range(count // 2):
        angle = 4 * math.pi * k / count
        for radius, label in [(1.0, 0), (0.5, 1)]:
            x, y = radius * math.cos(angle), radius * math.sin(angle)
            rows.append(rounded(x + draw.gauss(0, noise), y + draw.gauss(0, noise)) + [label])
    write("circles", ["x1", "x2", "y"], rows)


def xor():
    write("xor", ["x1", "x2", "y"], [[-1, -1, -1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]])


def chebyshev(count):
    rows = []
    for k in range(count):
        x = -1 + 2 * k / (count - 1)
        rows.append([repr(x), repr(16 * x**5 - 20 * x**3 + 5 * x)])
    write("chebyshev-5", ["x", "y"], rows)


def noisy_sine(count, noise):
    draw = random.Random(5)
    rows = []
    for k in range(count):
        x = -1 + 2 * k / (count - 1)
        rows.append(rounded(x, math.sin(math.pi * x) + draw.gauss(0, noise)))
    write("noisy-sine", ["x", "y"], rows)


two_moons(100, 0.1)
spirals("spirals", 2, 100, 1.0, 0.02, [-1, 1])
spirals("three-spirals", 3, 50, 0.6, 0.02, [0, 1, 2])
circles(100, 0.08)
xor()
chebyshev(20)
noisy_sine(40, 0.1)

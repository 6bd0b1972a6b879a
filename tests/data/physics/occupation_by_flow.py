#!/usr/bin/env python3
"""Shares of e^(-L/T) in the basins of the landscape sharp_deep, and log Z, by a sum over a large region.

Each point of a grid that is finer near the origin follows -grad L (the midpoint rule) to one of the two minima. Needs numpy.
"""

import numpy as np


def gradient(a, b):
    sharp = 1.4 * np.exp(-((a - 1) ** 2 + b * b) / 0.02)
    flat = 0.9 * np.exp(-((a + 1) ** 2 + b * b) / 0.5)
    return (
        sharp * 2 * (a - 1) / 0.02 + flat * 2 * (a + 1) / 0.5 + 0.1 * a,
        sharp * 2 * b / 0.02 + flat * 2 * b / 0.5 + 0.1 * b,
    )


def loss(a, b):
    sharp = 1.4 * np.exp(-((a - 1) ** 2 + b * b) / 0.02)
    flat = 0.9 * np.exp(-((a + 1) ** 2 + b * b) / 0.5)
    return 1 - sharp - flat + 0.05 * (a * a + b * b)


COUNT, REACH, STRETCH = 560, 9.0, 6.0
t = (np.arange(COUNT) + 0.5) / COUNT
scale = REACH / np.sinh(STRETCH)
# L is even in w2: half of the plane is enough.
along, across = scale * np.sinh(STRETCH * (2 * t - 1)), scale * np.sinh(STRETCH * t)
widths = scale * 2 * STRETCH * np.cosh(STRETCH * (2 * t - 1)) / COUNT
heights = scale * STRETCH * np.cosh(STRETCH * t) / COUNT
w1, w2 = np.meshgrid(along, across)
area = np.outer(heights, widths)
a, b = w1.ravel().copy(), w2.ravel().copy()
left, is_sharp = np.arange(a.size), np.zeros(a.size, bool)
while left.size:
    slope = gradient(a[left], b[left])
    distance = np.hypot(a[left] - 1, b[left])
    length = np.where(distance < 0.8, 0.006, 0.03) / (np.hypot(*slope) + 1e-300)
    step = np.minimum(np.minimum(0.3, length), np.where(distance < 0.5, 0.004, 0.3))
    middle = gradient(a[left] - step / 2 * slope[0], b[left] - step / 2 * slope[1])
    a[left] -= step * middle[0]
    b[left] -= step * middle[1]
    at_sharp = np.hypot(a[left] - 0.999, b[left]) < 0.05
    at_flat = np.hypot(a[left] + 0.973, b[left]) < 0.2
    is_sharp[left[at_sharp]] = True
    left = left[~(at_sharp | at_flat)]
for temperature in (0.15, 0.2, 0.25):
    weight = np.exp(-loss(w1, w2) / temperature) * area
    share = (weight * is_sharp.reshape(w1.shape)).sum() / weight.sum()
    print(temperature, share, np.log(2 * weight.sum()))

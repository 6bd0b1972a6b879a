"""Paths of PyTorch's optimizers, for `src/optimizer/tests/torch.rs`.

    python3 -m venv env && env/bin/pip install torch && env/bin/python torch_paths.py > torch_paths.json

Each case runs 200 steps in float64 from autograd's gradients; the points after the steps in STEPS are kept.
"""

import json

import torch

STEPS = [1, 2, 3] + list(range(10, 201, 10))


def ravine(x, y):
    return 0.5 * (x**2 + 20 * y**2)


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def waves(x, y):
    return torch.sin(x) * torch.cos(y) + 0.1 * torch.exp(0.3 * x * y) + 0.05 * (x**2 + y**2)


LANDSCAPES = [
    # The formula in Losscape's language, the same in PyTorch, the start, and a rate at which the gradient alone is stable.
    ("(w1^2 + 20*w2^2)/2", ravine, [-4.0, 1.5], 0.02),
    ("(1 - w1)^2 + 100*(w2 - w1^2)^2", rosenbrock, [-1.2, 1.0], 1e-4),
    ("sin(w1)*cos(w2) + exp(0.3*w1*w2)/10 + (w1^2 + w2^2)/20", waves, [2.5, 0.5], 0.05),
]


def cases(rate):
    """Optimizer and settings by Losscape's names, and the same of PyTorch."""
    sgd, optim = torch.optim.SGD, torch.optim
    yield "gradient-descent", {"learning_rate": rate}, lambda p: sgd(p, lr=rate)
    for beta in (0.5, 0.9):
        settings = {"learning_rate": rate, "momentum": beta}
        yield "momentum", settings, lambda p: sgd(p, lr=rate, momentum=beta)
        yield "nesterov", settings, lambda p: sgd(p, lr=rate, momentum=beta, nesterov=True)
    # Without settings: the defaults are compared as well.
    yield "adagrad", {}, optim.Adagrad
    yield "adagrad", {"learning_rate": 0.5}, lambda p: optim.Adagrad(p, lr=0.5)
    yield "rmsprop", {}, optim.RMSprop
    settings = {"learning_rate": 0.0005, "beta2": 0.9, "epsilon": 1e-6}
    yield "rmsprop", settings, lambda p: optim.RMSprop(p, lr=0.0005, alpha=0.9, eps=1e-6)
    yield "adam", {}, optim.Adam
    settings = {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-7}
    yield "adam", settings, lambda p: optim.Adam(p, lr=0.05, betas=(0.8, 0.99), eps=1e-7)
    yield "adamw", {}, optim.AdamW
    settings = {"learning_rate": 0.05, "weight_decay": 0.3}
    yield "adamw", settings, lambda p: optim.AdamW(p, lr=0.05, weight_decay=0.3)


def path(loss, start, make):
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([w])
    points = []
    for step in range(1, STEPS[-1] + 1):
        optimizer.zero_grad()
        loss(w[0], w[1]).backward()
        optimizer.step()
        if step in STEPS:
            points.append(w.detach().tolist())
    return points


found = [
    {"formula": formula, "start": start, "optimizer": name, "settings": settings, "points": path(loss, start, make)}
    for formula, loss, start, rate in LANDSCAPES
    for name, settings, make in cases(rate)
]
lines = ",\n".join(json.dumps(case) for case in found)
print(f'{{"torch": "{torch.__version__.partition("+")[0]}", "steps": {STEPS}, "cases": [\n{lines}\n]}}')

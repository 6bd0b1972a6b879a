"""Makes the files in this folder by running the Python in docs/networks.md and docs/landscapes-from-elsewhere.md.

Needs numpy, torch and safetensors. Run it in this folder. expected.json has what PyTorch computes at the weights.
"""

import json
import re
from pathlib import Path

import torch

DOCS = Path(__file__).resolve().parents[3] / "docs"


def blocks(page):
    return re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(), re.DOTALL)


names = {}
(training,) = blocks("networks.md")
exec(training, names)
model, loss_function, x, y = (names[name] for name in ["model", "loss_function", "x", "y"])
loss = loss_function(model(x), y)
gradient = torch.autograd.grad(loss, list(model.parameters()))
names["batches"] = [(x, y)]
for block in blocks("landscapes-from-elsewhere.md"):
    # A coarser grid makes smaller files.
    exec(block.replace("41", "11"), names)
expected = {
    "loss": loss.item(),
    "gradient": torch.cat([part.flatten() for part in gradient]).tolist(),
    "plane": names["values"].tolist(),
}
Path("expected.json").write_text(json.dumps(expected) + "\n")
Path("model.safetensors").chmod(0o644)

"""Several processes train one net: each sees its own windows, all end with the same weights, one writes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, sys, warnings
from pathlib import Path
import numpy as np, torch
from torch import nn
from emostage.diffusion.module import Optimisation
from emostage.training.examples import Takes, Windows, held_batches
from emostage.training.fit import Run, Terms, fit, leads

warnings.filterwarnings("ignore")
folder = Path(sys.argv[1])
values = np.random.default_rng(0).standard_normal((400, 3)).astype(np.float32)
takes = Takes(starts_K1=np.array([0, 400]), arrays={"x": values}, rest={})


class Double:
    def losses(self, net, batch, generator):
        if net.training:
            with (folder / f"seen-{torch.distributed.get_rank()}").open("a") as file:
                print(float(batch["x"].sum()), file=file)
        return {"loss": ((net(batch["x"]) - 2.0 * batch["x"]) ** 2).mean()}

    def predict(self, net, batch):
        return net(batch["x"])


net = nn.Linear(3, 3, bias=False)
nn.init.zeros_(net.weight)
run = Run(
    folder=folder / "run", optimisation=Optimisation(steps=60, rate=0.1, warmup=5, decay=0.0), check_every=20, smoothing=0.5,
    terms=Terms(accelerator="cpu", devices=2, strategy="ddp"),
)
held = held_batches(takes, window=8, batch=4, count=2)
outcome = fit(net, Double(), Windows(takes, window=8, batch=4, seed=0), held, run)
rank = torch.distributed.get_rank() if torch.distributed.is_initialized() else int(not leads())
(folder / f"end-{rank}").write_text(json.dumps({"leads": leads(), "best": outcome.best, "weight": net.weight.tolist()}))
"""


@pytest.mark.slow
def test_two_processes_train_one_net(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT, "utf-8")
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True, timeout=120, capture_output=True)
    first, other = (json.loads((tmp_path / f"end-{rank}").read_text()) for rank in (0, 1))
    assert (first["leads"], other["leads"]) == (True, False)
    assert first["best"] == other["best"] < 0.2
    assert first["weight"] == other["weight"]
    seen = [set((tmp_path / f"seen-{rank}").read_text().split()) for rank in (0, 1)]
    assert len(seen[0]) == len(seen[1]) == 60
    assert not seen[0] & seen[1]

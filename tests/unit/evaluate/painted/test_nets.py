import pytest
import torch
from torch import nn

from emostage.core.errors import AssetError, UsageError
from emostage.diffusion.checkpoints import save
from emostage.evaluate.painted.nets import evaluations, examined
from emostage.nets.emotalker.net import DenoiserConfig, EmoTalker
from emostage.nets.painting.copying import Painted


class Inner(nn.Module):
    def forward(self, x):
        return Painted(clean_N3HH=x, flow_N2KK=x, keep_N1HH=x)


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()

    def forward(self, x):
        return self.inner(x)


def test_only_what_a_whole_net_answers_is_counted():
    net, frames = Outer(), torch.zeros(5, 3, 4, 4)
    with evaluations() as count:
        net(frames)
        net(frames[:2])
    net(frames)
    assert count.frames == 7


def test_painters_of_a_folder_are_found_by_the_names_of_their_engines(tmp_path):
    config = DenoiserConfig(widths=(16, 16, 16), blocks=1, embed=16, token=16)
    save(tmp_path / "emotalker", EmoTalker(config), config, {})
    found = examined(tmp_path)
    assert list(found.painters) == ["emotalker"] and found.unconstrained is not None and found.undecoupled is None
    with pytest.raises(UsageError) as wrong:
        examined(tmp_path, "emodiffhead")
    assert "emotalker" in str(wrong.value.diagnostics[0].hint)


def test_a_folder_without_painters_is_told(tmp_path):
    with pytest.raises(AssetError) as wrong:
        examined(tmp_path)
    assert wrong.value.diagnostics[0].code == "E133"

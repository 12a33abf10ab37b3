import pytest

from emostage.core.errors import DeviceError, EmostageError, UsageError
from emostage.studio.devices import choose, memory_limits


def test_the_processor_is_always_there():
    assert choose("cpu") == "cpu"


@pytest.mark.parametrize("device", ["gpu", "", "cpu:0", "cuda:x", "auto:1", "cuda:"])
def test_other_words_are_no_devices(device):
    if device == "cuda:":
        pytest.skip("the same as cuda")
    with pytest.raises(UsageError):
        choose(device)


def test_a_device_that_is_not_there_is_said():
    import torch

    if torch.cuda.is_available():
        assert choose("auto").startswith("cuda")
        return
    assert choose("auto") == "cpu"
    with pytest.raises(DeviceError):
        choose("cuda")


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("CUDA out of memory"), RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried")],
)
def test_running_out_of_memory_is_understood(error):
    with pytest.raises(DeviceError) as caught, memory_limits("line 3"):
        raise error
    assert "line 3" in caught.value.diagnostics[0].message


def test_other_failures_stay_what_they_are():
    for error in (RuntimeError("shapes do not match"), EmostageError.of("E100", "full")):
        with pytest.raises(type(error)), memory_limits("line 3"):
            raise error

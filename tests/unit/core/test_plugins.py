from functools import partial

from emostage.core.plugins import takes


def test_factories_tell_what_they_take():
    assert takes(lambda *, adapter=None: adapter, "adapter")
    assert takes(lambda adapter: adapter, "adapter")
    assert takes(lambda **more: more, "adapter")
    assert takes(partial(lambda *, steps, adapter: adapter, steps=1), "adapter")
    assert not takes(lambda *, device: device, "adapter")
    assert not takes(lambda adapter, /: adapter, "adapter")
    assert not takes(lambda *adapter: adapter, "adapter")


def test_classes_are_asked_for_what_makes_them():
    class Tunable:
        def __init__(self, *, manner=None):
            self.manner = manner

    assert takes(Tunable, "manner") and not takes(Tunable, "adapter")
    assert not takes(object, "manner") and not takes(None, "manner")

"""What tests of commands have in common."""

import pytest

from emostage.apps.cli import main


@pytest.fixture
def emostage(capsys):
    """Runs a command: its exit code, and what it printed and said. Nobody ever sees a traceback."""

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return end.value.code or 0, said.out, said.err

    return call

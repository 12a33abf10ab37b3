import numpy as np
from PIL import Image, ImageColor

from emostage.evaluate.bands import BAND, MARGIN, PAPER, TITLE, WIDTH
from emostage.evaluate.mouth import CHANNELS, Mouth
from emostage.evaluate.plot import PERFORMED, REAL, write_plot
from emostage.evaluate.talk import Mouths, Talk, compared


def test_both_mouths_are_drawn_and_hidden_frames_are_not(tmp_path):
    wave = np.sin(np.arange(100) / 4)
    late = np.roll(wave, 3)
    late[50:] = np.nan
    real, performed = (Mouth(**{f"{name}_T": curve for name in CHANNELS}) for curve in (wave, late))
    mouths = Mouths(real=real, performed=performed, loudness_T=wave, fps=25)
    figures = Talk(name="talk.mp4", frames=100, seconds=4.0, channels=compared(mouths), felt={})
    write_plot([(figures, mouths)], tmp_path / "plot.png")
    picture = np.asarray(Image.open(tmp_path / "plot.png"))
    assert picture.shape == (TITLE + 3 * BAND + MARGIN, WIDTH, 3)
    legend, bands = picture[:TITLE], picture[TITLE:]
    assert all((legend == ImageColor.getrgb(colour)).all(-1).any() for colour in (REAL, PERFORMED)), "it says which is which"
    found = {colour: np.argwhere((bands == ImageColor.getrgb(colour)).all(-1)) for colour in (REAL, PERFORMED, PAPER)}
    assert set(found[PERFORMED][:, 0] // BAND) == {0, 1, 2}
    assert found[PERFORMED][:, 1].max() < WIDTH / 2 + 20
    assert found[REAL][:, 1].max() > WIDTH - MARGIN - 20
    assert len(found[PAPER]) > 0.9 * WIDTH * 3 * BAND

"""What lips say is read from performances: with known phones they shut and look right, asleep they do not."""

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.core.tracks import SpeechTake
from emostage.evaluate.engine import examine, lips
from emostage.evaluate.examinee import Examinee
from emostage.evaluate.fluency import Rendition, fluency, loudness_peaks
from emostage.evaluate.measures import CLOSED_GAP
from emostage.evaluate.recital import LANGUAGES, recital
from emostage.evaluate.soundclip import sound_clip
from emostage.evaluate.visemes import CLASSES, viseme, visemes
from emostage.face.gauge import lip_gap_of
from emostage.motion.phones import segments
from emostage.motion.reference import ReferencePerformer
from emostage.studio.stages import real_stages

STAGES = real_stages()


@pytest.fixture(scope="module")
def spoken() -> list[Rendition]:
    """Two voices as the reference performer speaks their phones."""
    found = []
    for text in recital(["en"], ["f4", "m5"], sentences=3):
        features = STAGES.features(text.take.audio)
        motion = ReferencePerformer().perform(sound_clip(text.take, features, STAGES, at_s=0.3), seed=1)
        found.append(Rendition(recited=text, features=features, motion=motion, at_s=0.3))
    return found


def asleep(each: Rendition) -> Rendition:
    open_T52 = np.tile(expression(jawOpen=0.2), (len(each.motion), 1))
    return replace(each, motion=replace(each.motion, expression_T52=open_T52))


def test_gaps_of_lips():
    faces = [expression(), expression(jawOpen=0.3), expression(jawOpen=0.3, mouthClose=0.3), expression(mouthPress=0.5)]
    rest, open_, closed, pressed = lip_gap_of(np.stack(faces))
    assert rest < CLOSED_GAP < 0.1 < open_
    assert closed == pytest.approx(rest, abs=0.01)
    assert pressed < rest


def test_phones_that_are_known_are_spoken(spoken):
    found = fluency("en", spoken)
    assert found.voices == 2
    assert found.shut > 0.95
    assert found.shut_frames > 0.7
    assert found.chance < 0.15
    assert 3 < found.vowels < 6
    assert 2 < found.peaks < 6
    assert 1.5 < found.openings < 5
    assert found.bilabials <= found.closures + 0.5


def test_a_mouth_that_hangs_open_speaks_no_language(spoken):
    found = fluency("en", [asleep(each) for each in spoken])
    assert (found.shut, found.shut_frames, found.openings, found.closures) == (0, 0, 0, 0)


def test_peaks_of_the_loudness_are_syllables(spoken):
    features = spoken[0].features
    beats_F = np.where(np.arange(300) % 25 < 12, -10.0, -50.0).astype(np.float32)
    assert loudness_peaks(replace(features, loudness_F=beats_F)) == pytest.approx(12, abs=1)


def test_visemes_are_told_apart_when_phones_are_known(spoken):
    known, sleepy = visemes(spoken), visemes([asleep(each) for each in spoken])
    assert known.balanced > 0.4
    assert known.table["p b m"]["p b m"] / sum(known.table["p b m"].values()) > 0.9
    assert known.balanced > sleepy.balanced + 0.2
    assert sum(sum(row.values()) for row in known.table.values()) == sum(sum(row.values()) for row in sleepy.table.values())
    assert set(known.table) <= set(CLASSES)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [("p", "p b m"), ("v", "f v"), ("ʃ", "sh"), ("k", "t k l"), ("iː", "ee"), ("ɑː", "ah"), ("ə", "uh"), ("u", "oo"), ("β", None)],
)
def test_sounds_that_look_alike_share_a_class(symbol, name):
    assert viseme(segments(symbol)[0]) == name


def test_recitals_are_the_same_every_time_and_each_voice_has_its_text():
    one, again = (recital(["cmn"], ["f4", "m5"], sentences=1) for _ in range(2))
    assert [each.voice for each in one] == ["espeak/cmn+f4", "espeak/cmn+m5"]
    assert np.array_equal(one[0].take.audio.samples_S, again[0].take.audio.samples_S)
    assert one[0].take.phones != one[1].take.phones
    assert set(LANGUAGES) == {"en", "fr", "cmn"}


def test_an_engine_is_examined(spoken):
    texts = [each.recited for each in spoken]
    asked = []

    def endured(engine, speech, seconds):
        asked.append((engine.name, speech is texts[0].take.audio, seconds))

    found = examine(Examinee(name="reference"), STAGES, minutes=0.5, texts=texts, endured=endured)
    assert asked == [("reference", True, 30.0)]
    assert found.known == lips(spoken)
    assert found.heard.languages[0].shut < found.known.languages[0].shut
    assert found.seeds.repeats
    assert all(found.seeds.holds.values())


def test_the_trained_engine_hears_better_than_rules(spoken):
    heard = {}
    for name in ("stage", "reference"):
        performer = STAGES.performer(name)
        clips = [sound_clip(SpeechTake(audio=each.recited.take.audio), each.features, STAGES, at_s=0.3) for each in spoken]
        motions = [performer.perform(clip, seed=1) for clip in clips]
        heard[name] = lips([replace(each, motion=motion) for each, motion in zip(spoken, motions, strict=True)])
    assert heard["stage"].visemes.balanced > heard["reference"].visemes.balanced
    assert heard["stage"].languages[0].chance < heard["reference"].languages[0].chance

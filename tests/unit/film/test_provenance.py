from __future__ import annotations

import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.errors import EmostageError
from emostage.core.timeline import Clip, Timeline
from emostage.film.assemble import assemble
from emostage.film.probe import probe
from emostage.film.provenance import (
    COMMENT,
    COMPOSITE,
    SYNOPSIS_LIMIT,
    XMP_UUID,
    container_tags,
    identity_tags,
    mark,
    read_marks,
    xmp_packet,
)

FPS = Fraction(25)


@pytest.fixture
def film(tmp_path, make_clip, streams, silence):
    def make(title, tags):
        tl = Timeline(fps=FPS, size_px=(64, 48), clips=(Clip(path=make_clip(streams[0](5, FPS)), frames=5),))
        assemble(tl, silence(tl), tmp_path / "film.mp4", title=title, tags=tags)
        return tmp_path / "film.mp4"

    return make


def test_marks_come_back(film):
    title = 'It\'s "Tag" <1> & 電影 = ü'
    marks = read_marks(film(title, {"artist": "Ada = B", "seed": "7", "engine": "reference <&>"}))
    assert marks.ai_generated
    assert (marks.title, marks.comment, marks.source_type) == (title, COMMENT, COMPOSITE)
    assert marks.tags | {"description": ""} == {"description": "", "artist": "Ada = B", "seed": "7", "engine": "reference <&>"}


def test_who_agreed_to_be_played_comes_back(film):
    agreed = ['ada plays <ada>; consent of 2025-03-01: "Ada" & letter', "Jürgen plays …", *(f"extra {n}" for n in range(9))]
    marks = read_marks(film("t", {"seed": "7"} | identity_tags(agreed)))
    assert marks.identities == tuple(agreed)
    assert marks.tags["synopsis"] == "\n".join(agreed), "players show them all"
    assert read_marks(film("t", identity_tags([]))).identities == ()


def test_the_synopsis_keeps_within_what_a_command_can_take():
    tags = identity_tags(["a" * 3000] * 100)
    assert len(tags["synopsis"]) == SYNOPSIS_LIMIT and len(tags["identity_100"]) == 3000


def test_source_type_can_be_chosen(film):
    marks = read_marks(film("", {"digital_source_type": "trainedAlgorithmicMedia"}))
    assert (marks.ai_generated, marks.source_type) == (True, "trainedAlgorithmicMedia")
    assert "digital_source_type" not in marks.tags


def test_another_programs_film(make_clip, streams):
    marks = read_marks(make_clip(streams[0](3, FPS)))
    assert (marks.ai_generated, marks.title, marks.comment, marks.source_type, dict(marks.tags)) == (False, "", "", "", {})


def test_comment_cannot_be_taken_away():
    assert container_tags("t", {"comment": "made by hand", "title": "x"})["comment"] == COMMENT


@pytest.mark.parametrize("key", ["", "two words", "a<b", "1a", "a:b", "x" * 80])
def test_bad_names_of_tags(key):
    with pytest.raises(ValueError, match="name of a tag"):
        xmp_packet("t", {key: "v"})


@given(st.text(), st.text())
def test_any_text_makes_a_packet_that_can_be_read(tmp_path_factory, title, value):
    path = tmp_path_factory.mktemp("marks") / "a.mp4"
    path.write_bytes(struct.pack(">I4s", 8, b"moov"))
    mark(path, title.encode("utf-8", "replace").decode(), {"note": value.encode("utf-8", "replace").decode()})
    marks = read_marks(path)
    assert marks.source_type == COMPOSITE
    assert "note" in marks.tags


@pytest.mark.parametrize("packet", [b"", b"not xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff\xfe"])
def test_foreign_packets_do_no_harm(tmp_path, packet):
    path = tmp_path / "a.mp4"
    path.write_bytes(struct.pack(">I4s", 8, b"moov") + struct.pack(">I4s", 24 + len(packet), b"uuid") + XMP_UUID + packet)
    assert not read_marks(path).ai_generated


def test_a_cut_file(tmp_path):
    (tmp_path / "a.mp4").write_bytes(struct.pack(">I4s", 800, b"moov"))
    with pytest.raises(EmostageError, match="E106"):
        read_marks(tmp_path / "a.mp4")


def test_marked_film_is_still_whole(film):
    assert probe(film("t", {"a": "b"})).frames == 5

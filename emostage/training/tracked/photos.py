"""Photos as takes of a single frame."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from emostage.core.errors import AssetError, Diagnostic
from emostage.face.picture import read_picture
from emostage.face.portrait import portrait_of
from emostage.face.track import FaceMeshTracker
from emostage.training.footage.store import packed
from emostage.training.sharding import write_json
from emostage.training.tracked.following import around
from emostage.training.tracked.likeness import Knower
from emostage.training.tracked.measure import Seen, seen
from emostage.training.tracked.people import ALIKE_HINT, People
from emostage.training.tracked.sources import Source
from emostage.training.tracked.store import Take
from emostage.training.tracked.survey import Survey, read_survey, sights_in, to_json


def survey_photo(source: Source, out: Path) -> Survey:
    """Who is seen in a photo; written to `out`, or read from there. A photo that cannot be unpacked shows nobody."""
    if (known := read_survey(out)) is not None:
        return known
    try:
        picture_HW3 = read_picture(source.path)
    except AssetError:
        return Survey(first=0, count=1, cuts=(), sights=())
    with FaceMeshTracker() as tracker:
        sights = sights_in(picture_HW3, 0, 1.0, tracker, Knower(), closely=True)
    found = Survey(first=0, count=1, cuts=(), sights=tuple(sights))
    write_json(out, to_json(found))
    return found


def take_of_photo(source: Source, people: People) -> tuple[Take, Seen] | Diagnostic:
    """The person's face in a photo as a take, and how well it is seen; or the warning (W152) why it is none."""
    tracks = [track for track in people.meant if track.source == source.name]
    try:
        picture_HW3 = read_picture(source.path)
        portrait, _ = portrait_of(picture_HW3, name=source.name, face=tracks[0].sights[0].centre_px if tracks else None)
    except AssetError as error:
        told = error.diagnostics[0]
        return Diagnostic(code="W152", message=f"passed over: {told.message}", hint=told.hint)
    if not tracks:
        message = f"passed over: the face in '{source.name}' seems to be somebody else's"
        return Diagnostic(code="W152", message=message, hint=f"give photos of one person, in light that is alike; {ALIKE_HINT}")
    landmarks_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
    (left, top), (right, bottom) = landmarks_L2[:468].min(0), landmarks_L2[:468].max(0)
    place = around((left, top, right, bottom), bottom - top, (picture_HW3.shape[1], picture_HW3.shape[0]))
    piece_HW3 = picture_HW3[place.top : place.top + place.height, place.left : place.left + place.width]
    if place.size_px != (place.width, place.height):
        piece_HW3 = np.asarray(cv2.resize(piece_HW3, place.size_px, interpolation=cv2.INTER_AREA), np.uint8)
    scale_2 = np.array(place.size_px) / [place.width, place.height]
    points_L2 = (landmarks_L2 - [place.left, place.top]) * scale_2
    take = Take(
        name=f"{source.name}#000000",
        source=source.name,
        first_s=0.0,
        pictures=[packed(piece_HW3)],
        size_px=place.size_px,
        landmarks_TL2=points_L2[None].astype(np.float32),
        seen_T=np.ones(1, bool),
    )
    return take, seen(piece_HW3, points_L2, place.scale)

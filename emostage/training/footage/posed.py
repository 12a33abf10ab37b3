"""Footage of portraits performed by the photo renderer. N frames, L landmarks."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import torch

from emostage.core.tracks import F64, Crop, MotionTrack, Portrait
from emostage.emotion.read import weights_of_expression
from emostage.face.crop import resample
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.face.shown import expression_shown
from emostage.face.turning import Seated
from emostage.motion.codes import LIP_CHANNELS
from emostage.motion.hearing import MODEL_FPS
from emostage.portrait.photo import PhotoRenderer
from emostage.training.dataset import Corpus
from emostage.training.footage import acting
from emostage.training.footage.acting import SILENCE_X, Acted
from emostage.training.footage.framing import known, placed, require_inside, window
from emostage.training.footage.parts import told_by
from emostage.training.footage.store import REACH, Footage, packed
from emostage.training.heads.camera import Camera, draw_camera

_FINER = 2
"""Frames are drawn so many times as large."""
_ROOM = 0.3
"""What is drawn around the window, in its sides."""
_LANDMARKS = 468


def posed_shot(path: Path, name: str, corpus: Corpus, size_px: int, rng: np.random.Generator) -> Footage:
    """One shot of the person in a picture, who does what people of the corpus do, seen by a random camera.

    Raises AssetError E070 to E078 for a picture that is no portrait, or ends too near to the face.
    """
    portrait, _ = read_portrait(path, head=load_head())
    crop = framed(portrait, draw_camera(rng), size_px)
    require_inside(path.name, (portrait.picture_HW3.shape[1], portrait.picture_HW3.shape[0]), crop)
    return posed(portrait, name, corpus, crop, rng)


def framed(portrait: Portrait, camera: Camera, size_px: int) -> Crop:
    """The window of a camera on the person of a portrait."""
    return window(load_head(), Seated.of(portrait.fit, portrait.crop.size_px, np.zeros(3)), portrait.crop, camera, size_px)


def posed(portrait: Portrait, name: str, corpus: Corpus, crop: Crop, rng: np.random.Generator) -> Footage:
    """One shot of the person of a portrait in a window, who does what people of the corpus do; beyond the picture its border goes
    on. The first frame is the picture as it is, with the expression that the renderer takes it to show; rotations are relative to
    its pose."""
    head, size_px = load_head(), crop.size_px
    seated = Seated.of(portrait.fit, portrait.crop.size_px, np.zeros(3))
    near, on_near = _cut(portrait, crop)
    side = crop.size_px / crop.scale
    film_2 = np.array(near.picture_HW3.shape[1::-1]) * _FINER * size_px / side
    renderer = PhotoRenderer(near, head, size_px=(round(float(film_2[0])), round(float(film_2[1]))), quality="standard", batch=4)
    per_picture = float(np.mean([renderer.backing.still_HW3.shape[i] / near.picture_HW3.shape[i] for i in (0, 1)]))
    on_film = replace(on_near, left=on_near.left * per_picture, top=on_near.top * per_picture, scale=on_near.scale / per_picture)
    acted = [_still(renderer.painter.sheet.source_52, expression_shown(portrait, head)), *acting.shot(corpus, rng)]
    motion = _motion(acted)
    stream = renderer.render(motion)
    landmarks_NL2 = placed(_landmarks(renderer, motion), on_film)
    return Footage(
        starts_C1=acting.starts(acted),
        pictures=[packed(resample(frame_HW3, on_film)) for frame_HW3 in stream],
        frames={
            **acting.columns(acted),
            "landmarks_NL2": landmarks_NL2,
            "parts_NGG": told_by(landmarks_NL2),
            "shot_N": np.zeros(len(motion), np.int32),
        },
        shots=known(replace(seated, pivot_3=renderer.painter.sheet.pivot_3).through(portrait.crop, crop), name, "posed"),
        shape_SK=portrait.fit.shape_K.astype(np.float32)[None],
    )


def _cut(portrait: Portrait, crop: Crop) -> tuple[Portrait, Crop]:
    """The portrait in the part of its picture around a window, and the window on that part."""
    side = crop.size_px / crop.scale
    rows, columns = portrait.picture_HW3.shape[:2]
    left, top = (max(0, int(corner - _ROOM * side)) for corner in (crop.left, crop.top))
    right, bottom = min(columns, round(crop.left + (1 + _ROOM) * side)), min(rows, round(crop.top + (1 + _ROOM) * side))

    def moved(of: Crop) -> Crop:
        return replace(of, left=of.left - left, top=of.top - top)

    part_HW3 = np.ascontiguousarray(portrait.picture_HW3[top:bottom, left:right])
    return replace(portrait, picture_HW3=part_HW3, crop=moved(portrait.crop)), moved(crop)


def _still(expression_52: F64, shown_52: F64) -> Acted:
    """What the picture itself shows, silently."""
    return Acted(
        expression_T52=expression_52.astype(np.float32)[None],
        rotation_T3=np.zeros((1, 3), np.float32),
        sound_TWX=np.broadcast_to(SILENCE_X, (1, 2 * REACH + 1, len(SILENCE_X))),
        lips_T10=np.zeros((1, len(LIP_CHANNELS)), np.float32),
        weights_T8=weights_of_expression(shown_52).astype(np.float32)[None],
    )


def _motion(acted: list[Acted]) -> MotionTrack:
    expression_T52 = np.concatenate([a.expression_T52 for a in acted])
    zero_T = np.zeros(len(expression_T52), np.float32)
    return MotionTrack(
        expression_T52=expression_T52,
        rotation_T3=np.concatenate([a.rotation_T3 for a in acted]),
        shift_T2=np.zeros((len(zero_T), 2), np.float32),
        scale_T=zero_T + 1,
        tongue_T=zero_T,
        breath_T=zero_T,
        fps=Fraction(MODEL_FPS),
    )


def _landmarks(renderer: PhotoRenderer, motion: MotionTrack) -> F64:
    """Where the landmarks (N, L, 2) lie in the renderer's frames."""
    with torch.inference_mode():
        points_NV2 = renderer.painter.rig.at(motion, 0, len(motion)).points_BV2
    corner_2 = np.array([renderer.backing.left, renderer.backing.top], np.float64)
    on_film_NL2: F64 = points_NV2[:, :_LANDMARKS].numpy() + corner_2
    return on_film_NL2

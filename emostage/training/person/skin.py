"""The folds of a person's skin, as their footage shows them: the photo renderer performs what was read in a take, and by how much
real faces are lighter or darker at the same places is laid to the actions.

T frames that are looked at, K actions that were seen, V vertices of the face part of a sheet, X those
actions and the three turns of the head, H rows and columns of a face laid out flat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT, ARKIT_NAMES
from emostage.core.tracks import F32, F64, Frozen
from emostage.face.actions import millimetre
from emostage.face.contour import smooth
from emostage.face.head import Head
from emostage.face.topology import BROWS, LIDS, LIPS, NOSTRILS, OUTER_LIP_L, OUTER_LIP_U, OVAL
from emostage.portrait.facemesh import LANDMARKS, topology
from emostage.portrait.folding import SkinMap
from emostage.portrait.personal import Person
from emostage.training.person.face import LEAST_FRAMES, drawn_by, part
from emostage.training.person.reading import Reading, portrait_in
from emostage.training.person.unrolled import Layout, layout, shading

MOST_FRAMES = 250
"""Frames that are looked at in all."""
_NOISE, _SPREAD, _TURNED = 0.1, 0.1, 0.2
"""What a frame shows beside its actions (neighbours in time show much the same), how far a whole action, and a radian of turn,
usually make skin lighter: logarithms."""
_SEEN = 1e-3
"""Standard deviation of a weight without which its action was not seen."""
_BROAD_MM = 15.0
"""What changes over wider stretches than this (standard deviation) is light, not folds."""
_ROUNDS = 6
"""Of reweighting, until a line has settled."""
_BLOCKS = 4
"""Parts of the footage, each of which is foretold by the others."""
_HELD_52 = np.array([name.startswith(("eyeLook", "eyeBlink")) for name in ARKIT_NAMES])
"""Actions that are drawn on the picture."""
_BARE_MM: tuple[tuple[tuple[int, ...], float, float], ...] = (
    ((*LIPS, *OUTER_LIP_U, *OUTER_LIP_L), 0.5, 4.0),
    (LIDS, 5.0, 10.0),
    (tuple(point for brow in BROWS for edge in brow for point in edge), 3.0, 6.0),
    (NOSTRILS, 3.0, 7.0),
    (OVAL, 3.0, 12.0),
)
"""What is not skin, or where places are read poorly, and how far from it skin begins, and is all there is."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Shaded(Frozen):
    """Frames of a take: `expression_T52` and `turns_T3` of what was drawn, and how much lighter the real skin is, `lighter_TV`."""

    expression_T52: F64
    turns_T3: F64
    lighter_TV: F64

    def centred(self) -> Shaded:
        """The same without what is always there, which belongs to the portrait."""
        values = (self.expression_T52, self.turns_T3, self.lighter_TV)
        expression_T52, turns_T3, lighter_TV = (value - value.mean(0) for value in values)
        return Shaded(expression_T52=expression_T52, turns_T3=turns_T3, lighter_TV=lighter_TV)


def fit_skin(person: Person, readings: Sequence[Reading], tell: Tell = lambda *_: None) -> SkinMap | None:
    """The folds that the readings of a person show, beside what is drawn of them so far; None where too little is seen."""
    films = [reading for reading in readings if len(reading.take) >= LEAST_FRAMES]
    total = sum(len(reading.take) for reading in films)
    counts = [max(LEAST_FRAMES, round(len(reading.take) * min(1.0, MOST_FRAMES / total))) for reading in films]
    if not films:
        return None
    ground, shaded = ground_of(films[0].head), list[Shaded]()
    for number, (reading, count) in enumerate(zip(films, counts, strict=True)):
        found = _looked(person, reading, count, ground)
        shaded += [found] if found is not None else []
        tell(sum(counts[: number + 1]), sum(counts))
    return None if not shaded else laid_to_actions(shaded, ground.bare_V)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground(Frozen):
    """Where folds are looked for: the layout `flat`; how far vertices are bare skin, `bare_V` in [0, 1]; and their means over wide
    stretches of it, `broad_VV`."""

    flat: Layout
    bare_V: F64
    broad_VV: F64

    def folds(self, lighter_TV: F64) -> F64:
        """What is left of a change of brightness without what is the same far and wide."""
        folds_TV: F64 = lighter_TV - lighter_TV @ self.broad_VV.T
        return folds_TV


def ground_of(head: Head) -> Ground:
    """The ground of a head at rest."""
    rest_N3 = np.asarray(head.at_landmarks(head.vertices_V3), np.float64)
    rest_V3 = topology().spread(rest_N3) / millimetre(rest_N3)
    away_VV = np.linalg.norm(rest_V3[:, None] - rest_V3, axis=2)
    bare_V = np.ones(len(rest_V3))
    for points, least_mm, whole_mm in _BARE_MM:
        inside_L = np.isin(np.arange(LANDMARKS), points)
        inside_V = np.concatenate([inside_L, inside_L[topology().parents_M2].all(1)])
        bare_V *= smooth(least_mm, whole_mm, away_VV[:, inside_V].min(1))
    broad_VV = np.exp(-((away_VV / _BROAD_MM) ** 2) / 2) * np.maximum(bare_V, 1e-3)
    return Ground(flat=layout(head), bare_V=bare_V, broad_VV=broad_VV / broad_VV.sum(1, keepdims=True))


def _looked(person: Person, reading: Reading, count: int, ground: Ground) -> Shaded | None:
    """Frames of a take, drawn and compared; None where its best frame is no portrait or too little can be read."""
    found = portrait_in(reading)
    if found is None:
        return None
    anchor, portrait = found
    numbers_T = np.unique(np.linspace(0, len(reading.take) - 1, count).round().astype(np.intp))
    numbers_T = numbers_T[reading.take.seen_T[numbers_T]]
    if len(numbers_T) < LEAST_FRAMES:
        return None
    motion = part(reading.motion(reading.hold(anchor)), numbers_T)
    renderer = drawn_by(portrait, reading, person)
    backing, face = renderer.backing, slice(renderer.painter.sheet.face_count)
    with torch.inference_mode():
        points_TV2 = renderer.painter.rig.at(motion, 0, len(motion)).points_BV2[:, face].numpy()
    drawn_TV2 = points_TV2 + np.array([backing.left, backing.top], np.float64)
    real_TV2 = topology().spread(reading.take.landmarks_TL2[numbers_T, :LANDMARKS].astype(np.float64))
    lighter, flat = list[F64](), ground.flat
    for t, frame_HW3 in enumerate(renderer.render(motion)):
        shown_HH = flat.unrolled(frame_HW3, drawn_TV2[t])
        real_HH = flat.unrolled(reading.take.picture(int(numbers_T[t])), real_TV2[t])
        lighter_V = flat.at_vertices(shading(real_HH, shown_HH))
        lighter.append(without_exposure(lighter_V, np.log(flat.at_vertices(shown_HH) + 1), ground.bare_V > 0))
    return Shaded(
        expression_T52=motion.expression_T52.astype(np.float64),
        turns_T3=motion.rotation_T3.astype(np.float64),
        lighter_TV=ground.folds(np.stack(lighter)),
    )


def without_exposure(lighter_V: F32 | F64, shown_V: F32 | F64, skin_V: NDArray[np.bool_]) -> F64:
    """What is left of a difference of brightness when a straight line of the brightness `shown_V` is taken out, by the least
    absolute deviations over the skin: lamps and cameras change all of a face."""
    line_V2 = np.stack([np.ones(len(shown_V)), shown_V - np.median(shown_V[skin_V])], 1).astype(np.float64)
    weights_V, line_2 = skin_V.astype(np.float64), np.zeros(2)
    for _ in range(_ROUNDS):
        weighted_V2 = line_V2 * weights_V[:, None]
        line_2 = np.linalg.solve(weighted_V2.T @ line_V2 + 1e-6 * np.eye(2), weighted_V2.T @ lighter_V)
        weights_V = skin_V / np.maximum(np.abs(lighter_V - line_V2 @ line_2), 0.01)
    return np.asarray(lighter_V - line_V2 @ line_2, np.float64)


def laid_to_actions(shaded: Sequence[Shaded], bare_V: F64) -> SkinMap | None:
    """What each action does to the skin: the posterior mean of a linear model, and of it what foretells footage that it was not
    found in; None where nothing does."""
    every = [one.centred() for one in shaded]
    expression_T52, turns_T3, lighter_TV = (
        np.concatenate(arrays)
        for arrays in zip(*((one.expression_T52, one.turns_T3, one.lighter_TV) for one in every), strict=True)
    )
    seen_K = np.flatnonzero((expression_T52.std(0) > _SEEN) & ~_HELD_52)
    causes_TX = np.concatenate([expression_T52[:, seen_K], turns_T3], 1)
    trust_V = _foretold(causes_TX, lighter_TV, len(seen_K))
    if not (trust_V * bare_V).any():
        return None
    shades_52V = np.zeros((ARKIT_COUNT, len(bare_V)))
    shades_52V[seen_K] = _effects(causes_TX, lighter_TV)[: len(seen_K)] * (trust_V * bare_V)
    shown_T52 = np.concatenate([one.expression_T52 for one in shaded])
    return SkinMap(
        shades_52V=shades_52V.astype(np.float32), seen_252=np.stack([shown_T52.min(0), shown_T52.max(0)]).astype(np.float32)
    )


def _effects(causes_TX: F64, lighter_TV: F64) -> F64:
    """What actions and turns, in this order, do (X, V)."""
    spread_X = np.full(causes_TX.shape[1], _SPREAD)
    spread_X[-3:] = _TURNED
    found_XV: F64 = np.linalg.solve(causes_TX.T @ causes_TX + np.diag((_NOISE / spread_X) ** 2), causes_TX.T @ lighter_TV)
    return found_XV


def _foretold(causes_TX: F64, lighter_TV: F64, actions: int) -> F64:
    """Which share (V,) of what actions are found to do is there in blocks of frames in which it was not looked for."""
    both_V, foretold_V = np.zeros(lighter_TV.shape[1]), np.full(lighter_TV.shape[1], 1e-12)
    for block_T in np.array_split(np.arange(len(causes_TX)), _BLOCKS):
        others_T = np.setdiff1d(np.arange(len(causes_TX)), block_T)
        effects_XV = _effects(causes_TX[others_T], lighter_TV[others_T])
        actions_TV = causes_TX[block_T, :actions] @ effects_XV[:actions]
        left_TV = lighter_TV[block_T] - causes_TX[block_T, actions:] @ effects_XV[actions:]
        both_V += (actions_TV * left_TV).sum(0)
        foretold_V += (actions_TV**2).sum(0)
    return np.clip(_about(both_V) / _about(foretold_V), 0, 1)


def _about(values_V: F64) -> F64:
    """Sums over a vertex and its neighbours, and theirs."""
    edges_N2 = np.unique(np.sort(topology().triangles_F3[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), 1), axis=0)
    for _ in range(2):
        sums_V = values_V.copy()
        np.add.at(sums_V, edges_N2[:, 0], values_V[edges_N2[:, 1]])
        np.add.at(sums_V, edges_N2[:, 1], values_V[edges_N2[:, 0]])
        values_V = sums_V
    return values_V

"""One picture of a portrait with an expression of your own, without a scene: portrait, motion, renderer.

python examples/04_draw_one_frame.py [PORTRAIT] [PNG] [SIZE]
"""

import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image

from emostage.core.arkit import expression
from emostage.core.tracks import MotionTrack
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.portrait.photo import PhotoRenderer


def main(source="sample/astronaut", out="out/frame.png", size=512):
    portrait, findings = read_portrait(source if source.startswith("sample/") else Path(source))
    for finding in findings:
        print(finding.code, finding.message)
    smile = expression(mouthSmile=0.8, cheekSquint=0.5, browInnerUp=0.3, jawOpen=0.15)
    motion = MotionTrack(
        expression_T52=smile[None],
        rotation_T3=np.radians([[0.0, 8.0, 3.0]]).astype(np.float32),
        shift_T2=np.zeros((1, 2), np.float32),
        scale_T=np.ones(1, np.float32),
        tongue_T=np.zeros(1, np.float32),
        breath_T=np.zeros(1, np.float32),
        fps=Fraction(25),
    )
    renderer = PhotoRenderer(portrait, load_head(), size_px=(int(size), int(size)))
    (frame,) = renderer.render(motion)
    Path(out).parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(frame).save(out)
    print(f"{out}: {frame.shape[1]} x {frame.shape[0]}")


if __name__ == "__main__":
    main(*sys.argv[1:])

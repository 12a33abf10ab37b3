"""Emotion keys become curves, and curves become muscle actions of the face (ARKit-52).

python examples/02_emotion_curves.py
"""

from fractions import Fraction

from emostage.core.arkit import ARKIT_NAMES
from emostage.core.emotion import EMOTIONS, mix
from emostage.core.keyframes import Easing, Keyframe
from emostage.emotion.curve import emotion_track


def main():
    keys = [
        Keyframe(at_s=0.5, value=tuple(mix({"happy": 0.8}))),
        Keyframe(at_s=1.5, value=tuple(mix({"surprised": 0.6, "afraid": 0.3})), ease=Easing(name="in-out")),
    ]
    track = emotion_track(keys, mood_8=mix({}), count=60, fps=Fraction(25))
    for frame in range(0, 60, 6):
        felt = {name: round(float(w), 2) for name, w in zip(EMOTIONS, track.weights_T8[frame], strict=True) if w > 0.01}
        strongest = max(range(52), key=lambda i: track.silent_T52[frame, i])
        print(f"{frame / 25:.2f} s  {felt}  {ARKIT_NAMES[strongest]} {track.silent_T52[frame, strongest]:.2f}")


if __name__ == "__main__":
    main()

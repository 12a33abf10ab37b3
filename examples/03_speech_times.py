"""A text spoken by the built-in voice, with the times of its words and phones. No download, no model.

python examples/03_speech_times.py [TEXT] [VOICE]
"""

import sys

from emostage.core.emotion import mix
from emostage.scene.words import tokens
from emostage.speech.phrases import phrases_of
from emostage.speech.synthesis import SpeechRequest, speak


def main(text="We have lift-off! I wish he could see it.", voice="espeak/en-us"):
    words = [token.text for token in tokens(text)]
    excited = tuple(mix({"happy": 0.8}))
    phrases = phrases_of(text, words, weights_per_word_8=[excited] * len(words))
    take = speak(SpeechRequest(phrases=phrases, voice=voice))
    for word in take.words:
        phones = " ".join(p.text for p in take.phones if word.start_s <= (p.start_s + p.end_s) / 2 < word.end_s)
        print(f"{word.start_s:6.3f} - {word.end_s:6.3f} s  {word.text:<12} {phones}")
    print(f"{take.audio.duration_s:.2f} s at {take.audio.rate_hz} Hz")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A scene written by a program: build the text, check it, and read the plan as data.

python examples/05_a_scene_in_python.py
"""

import json
from pathlib import Path

import yaml

from emostage.scene.check import check_text
from emostage.studio.compile import compile_script
from emostage.studio.document import document


def main():
    ladder = [0.0, 0.25, 0.5, 0.75, 1.0]
    scene = {
        "emostage": 1,
        "title": "How happy?",
        "cast": {"ada": {"portrait": "sample/astronaut"}},
        "shots": [{"lines": [{"ada": f"This is {w:g}.", "emotion": {"happy": w}} for w in ladder]}],
    }
    plan = compile_script(check_text(yaml.safe_dump(scene, sort_keys=False), Path("ladder.yaml")).renderable())
    data = document(plan)
    print(json.dumps({key: data[key] for key in ("schema", "title", "frames", "duration_s")}))
    for line in data["lines"]:
        print(f"{line['start_s']:6.2f} s  {line['text']:<16} {line['emotion'][0]['weights']}")


if __name__ == "__main__":
    main()

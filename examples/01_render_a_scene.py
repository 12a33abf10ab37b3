"""From a scene file to a film: check, plan, render. Run it again after editing a line, and only that line is drawn.

python examples/01_render_a_scene.py [SCENE] [FILM] [SIZE]
"""

import sys
from dataclasses import replace
from pathlib import Path

from emostage.core.resources import resource
from emostage.scene.check import check_file
from emostage.studio.compile import compile_script
from emostage.studio.events import LineEnded
from emostage.studio.run import render, studio


def main(scene=None, film="out/hello.mp4", size=256):
    script = check_file(Path(scene or resource("scenes", "hello.yaml"))).renderable()
    script = replace(script, film=replace(script.film, size_px=(int(size), int(size)), quality="draft"))

    def tell(event):
        if isinstance(event, LineEnded):
            print(f"line {event.number} took {event.seconds:.1f} s")

    house = studio(listen=tell)
    plan = compile_script(script, cache=house.cache)
    for job in plan.jobs:
        print(f"{job.start_s:6.2f} s  {job.speaker}: {job.caption}")
    Path(film).parent.mkdir(parents=True, exist_ok=True)
    done = render(plan, Path(film), house)
    print(f"{done.path}: {done.frames} frames, drawn now: {list(done.drawn)}")


if __name__ == "__main__":
    main(*sys.argv[1:])

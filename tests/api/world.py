"""Two clients side by side, played by a scene, for the scripts that attack the API."""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
from contract import Contract  # noqa: E402
from run import Server, Stage  # noqa: E402
from scene import Step, read  # noqa: E402


class Tap:
    """Results as they come; `end` tells how many there were, and exits."""

    def __init__(self):
        self.count = self.bad = 0

    def check(self, title, wrongs):
        self.count += 1
        wrongs = list(wrongs)
        self.bad += bool(wrongs)
        print(f"{'not ok' if wrongs else 'ok'} {self.count} - {title}")
        for wrong in wrongs[:20]:
            print(f"# {wrong}")
        if len(wrongs) > 20:
            print(f"# and {len(wrongs) - 20} more")
        sys.stdout.flush()

    def end(self):
        print(f"1..{self.count}")
        sys.exit(self.bad > 0)


def open_world(binary, openapi, store, scene):
    """A server with the scene played on it: the stage has the actors and what the scene bound."""
    steps = list(read(HERE / scene))
    settings = [step[2] for step in steps if not isinstance(step, Step) and step[0] == "setting"]
    stage = Stage(Server(binary, store, settings), Contract(json.loads(pathlib.Path(openapi).read_text())))
    try:
        for step in steps:
            if not isinstance(step, Step):
                stage.direct(*step)
            elif why := stage.play(step):
                raise SystemExit(f"Bail out! {step.place}: {step.method} {step.target}: {why}")
    except BaseException:
        stage.server.stop()
        raise
    return stage

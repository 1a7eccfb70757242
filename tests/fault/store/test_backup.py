"""Backups by another process while sixteen writers go on: each holds all that was acknowledged before it began,
passes the store's check, and can be restored."""
from harness import *

program = sys.argv[1]
print("1..3")
whole, checked = [], []
with tempfile.TemporaryDirectory() as folder:
    url = f"sqlite:{folder}/live.db"
    hammer = Hammer(program, url, "b")
    hammer.wait_for(lambda h: len(h.acknowledged) > 500)
    for number in range(8):
        before = set(hammer.acknowledged)
        path = f"{folder}/backup{number}.db"
        made = subprocess.run([program, url, "backup", path], capture_output=True, text=True)
        checked.append(made.returncode == 0)
        whole.append(made.returncode == 0 and before <= set(stored(program, f"sqlite:{path}")))
    written = len(hammer.acknowledged)
    hammer.kill()
good = [
    check(1, "backups are made while writes go on", all(checked), f"{written} writes acknowledged meanwhile"),
    check(2, "each holds what was acknowledged before, and is sound", all(whole)),
    check(3, "no write failed", not hammer.failed and not hammer.unavailable),
]
sys.exit(not all(good))

"""kill -9 during group commits, twenty times: nothing acknowledged is lost, nothing is there twice, the
store passes its check, and a second server is refused while the first lives."""
from harness import *

program = sys.argv[1]
print("1..4")
acknowledged, refusals = set(), []
random.seed(1)
with tempfile.TemporaryDirectory() as folder:
    url = f"sqlite:{folder}/kill.db"
    for round_ in range(20):
        hammer = Hammer(program, url, f"r{round_}")
        hammer.wait_for(lambda h: len(h.acknowledged) > 20)
        second = subprocess.run([program, url, "list"], capture_output=True, text=True)
        refusals.append(second.returncode == 3 and f"process {hammer.process.pid})" in second.stderr)
        time.sleep(random.uniform(0, 0.15))
        hammer.kill()
        acknowledged.update(hammer.acknowledged)
    ids = stored(program, url)
good = [
    check(1, "work was done", len(acknowledged) > 400, f"{len(acknowledged)} acknowledged in 20 rounds"),
    check(2, "nothing acknowledged is lost", acknowledged <= set(ids), f"{len(ids)} stored"),
    check(3, "nothing is there twice", len(ids) == len(set(ids))),
    check(4, "a second server was refused and told who has the file", all(refusals)),
]
sys.exit(not all(good))

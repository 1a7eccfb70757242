"""PostgreSQL is stopped and started under load, once cleanly and once by a crash: writes are refused as
unavailable meanwhile, go on by themselves afterwards, and nothing acknowledged is lost."""
from harness import *

program = sys.argv[1]
if not have_postgres():
    skip("no PostgreSQL 15")
print("1..4")
folder = tempfile.mkdtemp(prefix="periti-fault-")
os.environ["PERITI_POSTGRES_FSYNC"] = "on"
good = []
try:
    url = postgres(folder, "start")
    hammer = Hammer(program, url, "h")
    hammer.wait_for(lambda h: len(h.acknowledged) > 100)
    for number, how in ((1, "stop"), (2, "crash")):
        before = len(hammer.unavailable)
        postgres(folder, how)
        refused = hammer.wait_for(lambda h: len(h.unavailable) > before + 16)
        time.sleep(0.5)
        postgres(folder, "start")
        since = len(hammer.acknowledged)
        good.append(check(number, f"after a {how} writes were refused, and went on later",
                          refused and hammer.wait_for(lambda h: len(h.acknowledged) > since + 200),
                          f"{len(hammer.acknowledged)} acknowledged, {len(hammer.unavailable)} refused"))
    hammer.kill()
    good.append(check(3, "no other failure was seen", not hammer.failed, " ".join(hammer.failed[:1])))
    ids = set(stored(program, url))
    good.append(check(4, "nothing acknowledged is lost", set(hammer.acknowledged) <= ids))
finally:
    postgres(folder, "remove")
sys.exit(not all(good))

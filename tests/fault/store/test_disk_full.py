"""A full disk: writes are refused as unavailable, reads go on, and space that is freed is used without a restart."""
from harness import *

probe = sys.argv[1]
if os.geteuid() != 0:
    skip("needs root to mount a small tmpfs")
with tempfile.TemporaryDirectory() as folder:
    script = 'mount -t tmpfs -o size=12m none "$1" && exec "$2" "$1"'
    result = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", folder, probe])
sys.exit(result.returncode)

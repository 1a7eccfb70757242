"""Replay PandaLM's annotators through the API and compare agreement with the published figures. TAP.
Usage: pandalm.py BINARY   (the data is found through PERITI_SHARED_DATA)"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

binary = pathlib.Path(sys.argv[1]).resolve()
root = pathlib.Path(__file__).resolve().parents[2]
data = pathlib.Path(os.environ.get("PERITI_SHARED_DATA", root.parent / "shared/data")) / "pandalm"
if not (data / "testset-v1.json").exists():
    print("1..1\nok 1 - PandaLM through the API # SKIP no shared data")
    sys.exit(0)


def start(folder):
    log = open(folder / "serve.log", "w")
    server = subprocess.Popen([binary, "serve", "--data", folder / "data", "--port", "0"], stdout=subprocess.PIPE, stderr=log, text=True)
    for line in server.stdout:
        if found := re.search(r"listens on (\S+)", line):
            return server, found[1]
    sys.exit("Bail out! the server did not start: " + (folder / "serve.log").read_text()[-500:])


def main():
    results = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server, url = start(folder)
        try:
            subprocess.run([sys.executable, root / "clients/python/pandalm.py", data, folder / "plan"], check=True, capture_output=True)
            played = subprocess.run([sys.executable, root / "clients/python/replay.py", folder / "plan", "--server", url,
                                     "--key-file", folder / "data/operator.key", "--deliver", folder / "out"], capture_output=True, text=True)
            text = played.stdout
            print("\n".join("# " + line for line in (text + played.stderr).splitlines()))
            kappas = sorted(float(x) for x in re.findall(r"Cohen's kappa E-\S+ and E-\S+ ([\d.]+) \[", text))
            results.append(("the recording is played", played.returncode == 0))
            results.append(("kappa between the annotators is .8520 .8617 .8789", [round(k, 4) for k in kappas] == [0.8520, 0.8617, 0.8789]))
            results.append(("both judges are compared with the truth", len(re.findall(r"agrees with the inferred truth on \d+ of (\d+)", text)) == 2))
            delivered = re.search(r"delivered (\d+) rows, (\d+) of them no tie", text)
            results.append(("999 rows are delivered, ties left out of the pairs", bool(delivered) and delivered[1] == "999" and 800 < int(delivered[2]) < 999))
            package = next((folder / "out").iterdir(), None) if (folder / "out").exists() else None
            proven = package and subprocess.run([binary, "delivery", "verify", package], capture_output=True, text=True)
            results.append(("the delivery is proven", bool(proven) and proven.returncode == 0))
            if package:
                rows = package / "rows.jsonl"
                content = bytearray(rows.read_bytes())
                content[12345] ^= 1
                rows.write_bytes(content)
                broken = subprocess.run([binary, "delivery", "verify", package], capture_output=True, text=True)
                results.append(("the first changed byte is named", broken.returncode == 1 and "byte is 12345 " in broken.stderr))
        finally:
            server.terminate()
            server.wait(30)
    print(f"1..{len(results)}")
    for number, (what, good) in enumerate(results, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {what}")
    sys.exit(not all(good for _, good in results))


main()

"""Run the benchmarks and print their claims as one table. Usage: bench.py [--full] [NAME...]"""
import pathlib
import subprocess
import sys

FULL = "--full" in sys.argv
names = [word for word in sys.argv[1:] if not word.startswith("--")]
folders = sorted(path.parent for path in pathlib.Path("benchmarks").glob("*/run"))
rows = []
for folder in folders:
    if names and folder.name not in names:
        continue
    print(f"# {folder.name}", file=sys.stderr, flush=True)
    done = subprocess.run([folder / "run", *(["--full"] if FULL else [])], stdout=subprocess.PIPE, text=True)
    rows += [[folder.name, *line.split("\t")] for line in done.stdout.splitlines() if "\t" in line]
    if done.returncode != 0:
        rows.append([folder.name, f"ended with code {done.returncode}", "", "", "", ""])

header = ["room", "claim", "ours", "peer", "ratio", "mark"]
rows = [row[:6] + [""] * (6 - len(row)) for row in rows]
widths = [max(len(row[i]) for row in [header, *rows]) for i in range(6)]
for row in [header, ["-" * width for width in widths], *rows]:
    print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())

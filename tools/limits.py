"""Fail when a file, header or function is longer than the house allows. Usage: limits.py ROOT"""
import pathlib
import re
import sys

FILE_MAX, HEADER_MAX, FUNCTION_MAX = 500, 150, 70

bad = []
for path in sorted(p for folder in ("src", "tests/unit", "benchmarks") for p in (pathlib.Path(sys.argv[1]) / folder).rglob("*.[ch]")):
    lines = path.read_text().splitlines()
    most = HEADER_MAX if path.suffix == ".h" else FILE_MAX
    if len(lines) > most:
        bad.append(f"{path}: {len(lines)} lines, at most {most}")
    start = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            start = number
        elif line == "}" and start:
            if number - start - 1 > FUNCTION_MAX:
                bad.append(f"{path}:{start}: a function of {number - start - 1} lines, at most {FUNCTION_MAX}")
            start = None
    for number, line in enumerate(lines, 1):
        if re.search(r"\bgoto\b", line) and not line.lstrip().startswith(("*", "//", "/*")):
            bad.append(f"{path}:{number}: goto")
print("\n".join(bad))
sys.exit(bool(bad))

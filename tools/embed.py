"""Write a file as a NUL-terminated C array. Usage: embed.py INPUT OUTPUT NAME"""
import pathlib
import sys

source, target, name = sys.argv[1:]
data = pathlib.Path(source).read_bytes() + b"\0"
rows = [", ".join(str(byte) for byte in data[i:i + 24]) for i in range(0, len(data), 24)]
pathlib.Path(target).write_text(f"static const char {name}[] = {{\n    " + ",\n    ".join(rows) + "};\n")

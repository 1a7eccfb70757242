"""Write files as a C table of texts. Usage: embed_texts.py OUT.c SYMBOL FILE..."""
import pathlib
import sys


def literal(text):
    lines = text.encode().split(b"\n")
    quoted = []
    for number, line in enumerate(lines):
        if number + 1 < len(lines):
            line += b"\n"
        out = "".join(
            "\\n" if b == 10 else f"\\{chr(b)}" if b in b'"\\' else chr(b) if 32 <= b < 127 and b != 63 else f"\\{b:03o}"
            for b in line
        )
        quoted.append(f'        "{out}"')
    return "\n".join(quoted)


out, symbol, *files = sys.argv[1:]
rows = []
for file in sorted(files):
    path = pathlib.Path(file)
    rows.append(f'    {{\n        "{path.stem}",\n{literal(path.read_text())},\n    }},')
body = "\n".join(rows)
pathlib.Path(out).write_text(
    f"""/* Written by tools/embed_texts.py; do not edit. */
#include "sys/embedded.h"

const struct embedded {symbol}[] = {{
{body}
}};
const size_t {symbol}_count = {len(files)};
"""
)

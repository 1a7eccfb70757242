"""Put files into the binary as they are. Usage: embed_files.py OUT.c SYMBOL FILE...

For files larger than the longest string literal that C promises; a zero byte follows each. The hash keeps
a compiler cache from serving an old object."""
import hashlib
import pathlib
import sys

out, symbol, *files = sys.argv[1:]
text = ["/* Written by tools/embed_files.py; do not edit. */", '#include "sys/embedded.h"', ""]
rows = []
for number, path in enumerate(sorted(pathlib.Path(file) for file in files)):
    content, name = path.read_bytes(), f"{symbol}_{number}"
    text += [f"/* {path.name}: {hashlib.sha256(content).hexdigest()} */",
             '__asm__(".section .rodata\\n"', '        ".balign 16\\n"', f'        "{name}:\\n"',
             f'        ".incbin \\"{path.resolve()}\\"\\n"', '        ".byte 0\\n"', '        ".previous\\n");',
             f"extern const char {name}[];", ""]
    rows.append(f'    {{.name = "{path.stem}", .text = {name}, .size = {len(content)}}},')
text += [f"const struct embedded {symbol}[] = {{", *rows, "};", f"const size_t {symbol}_count = {len(files)};", ""]
pathlib.Path(out).write_text("\n".join(text))

"""Write the page's build as C data, each file packed with gzip. Usage: embed_page.py OUT.c FOLDER

Without a build (the folder is absent) the page is one line that says how to make it."""
import gzip
import mimetypes
import pathlib
import sys

out, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
TYPES = {".js": "text/javascript", ".html": "text/html; charset=utf-8", ".css": "text/css", ".woff2": "font/woff2",
         ".svg": "image/svg+xml", ".woff": "font/woff", ".ttf": "font/ttf", ".json": "application/json"}
MISSING = b"<!doctype html><meta charset=utf-8><title>Periti</title><p>The page was not built: run <code>npm ci && npm run build</code> in <code>web/</code>, then build again.\n"

files = sorted(p for p in folder.rglob("*") if p.is_file()) if folder.is_dir() else []
contents = [("/" + p.relative_to(folder).as_posix(), p.read_bytes()) for p in files] or [("/index.html", MISSING)]
text = ['/* Written by tools/embed_page.py; do not edit. */', '#include "app/page.h"', '', '#include "http/server.h"', '']
rows = []
for number, (path, content) in enumerate(contents):
    packed = gzip.compress(content, 9, mtime=0)
    lines = [", ".join(str(b) for b in packed[i:i + 32]) for i in range(0, len(packed), 32)]
    text += [f"static const unsigned char file_{number}[] = {{", "    " + ",\n    ".join(lines) + "};"]
    kind = TYPES.get(pathlib.PurePath(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    immutable = "true" if path.startswith("/assets/") else "false"
    rows.append(f'    {{"{path}", "{kind}", file_{number}, sizeof(file_{number}), {immutable}}},')
text += ["", "const struct http_asset page_assets[] = {"] + rows + ["};", f"const size_t page_asset_count = {len(contents)};", ""]
new = "\n".join(text)
if not out.exists() or out.read_text() != new:  # an unchanged page is not compiled again
    out.write_text(new)

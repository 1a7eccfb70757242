"""Fail when a query reads a table that only its own slice may read. Usage: private.py ROOT

SQL stands in .sql files alone, so these files are all there is to look at: what people say of themselves and
what they need in an interview reaches no score, no grade and no client's page."""
import pathlib
import re
import sys

OWNERS = {"demographic": {"src/slice/fairness/fairness.sql"}, "accommodation": {"src/slice/interview/interview.sql"}}
# Queries on accommodation that the interview's page alone calls.
CALLERS = {"accommodation_put": {"src/slice/interview/interview_http.c"},
           "accommodation_find": {"src/slice/interview/interview_http.c"}}

root = pathlib.Path(sys.argv[1])
bad = []
for path in sorted((root / "src").rglob("*.sql")):
    name = str(path.relative_to(root))
    for table, owners in OWNERS.items():
        if name not in owners and re.search(rf"\b{table}\b", path.read_text()):
            bad.append(f"{name} must not read {table}")
for path in sorted((root / "src").rglob("*.c")):
    name = str(path.relative_to(root))
    text = path.read_text()
    for query, callers in CALLERS.items():
        if name not in callers and re.search(rf"\b{query}\b", text):
            bad.append(f"{name} must not call {query}")
    if "slice/fairness/" in text and not name.startswith(("src/slice/fairness/", "src/app/")):
        bad.append(f"{name} must not include slice/fairness")
print("\n".join(bad))
sys.exit(bool(bad))

"""Turn PandaLM's human-annotated test set into a folder that replay.py plays.

usage: pandalm.py FOLDER_WITH_TESTSET OUT

999 prompts with two answers; three annotators (0 tie, 1, 2) become experts, the two model judges whose
results lie beside become raters. A judge's odd text is left out, never turned into a tie.
"""
import json
import pathlib
import sys

GUIDELINE = """# 1 Choose the better answer

Say which of the two answers follows the instruction better, or that they are equally good.

# 2 What counts

Correctness, conciseness, adherence to the instruction, in this order.
"""
CHOICES = {"0": "tie", "tie": "tie", "1": "a", "2": "b"}


def text_of(value):
    """A few answers of the set are numbers or missing."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def judged(value):
    choice = CHOICES.get(str(value).strip().lower())
    return None if choice is None else {"choice": choice}


def main():
    source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rows = json.loads((source / "testset-v1.json").read_text())
    experts = [name for name in rows[0] if name.startswith("annotator")]
    judges = {}
    for path in sorted(source.glob("*.json")):
        results = json.loads(path.read_text())
        key = next((name for name in results[0] if name.endswith("_result")), None)
        if key:
            judges[key.removesuffix("_result")] = {row["idx"]: row[key] for row in results}
    out.mkdir(parents=True, exist_ok=True)
    tasks, answers = [], []
    for row in rows:
        id_ = str(row["idx"])
        task = {"id": id_, "prompt": text_of(row["instruction"]), "context": text_of(row["input"]),
                "answer_a": text_of(row["response1"]), "answer_b": text_of(row["response2"])}
        tasks.append(json.dumps({name: value for name, value in task.items() if value or name.startswith("answer")}))
        given = {name: judged(row[name]) for name in experts} | {name: judged(results.get(row["idx"])) for name, results in judges.items()}
        answers.append(json.dumps({"id": id_, "answers": {name: answer for name, answer in given.items() if answer}}))
    (out / "tasks.jsonl").write_text("\n".join(tasks) + "\n")
    (out / "answers.jsonl").write_text("\n".join(answers) + "\n")
    (out / "guideline.md").write_text(GUIDELINE)
    people = [{"key": name, "name": name, "role": "expert"} for name in experts]
    (out / "campaign.json").write_text(json.dumps({
        "client": f"PandaLM {out.resolve().name}", "people": people, "raters": list(judges),
        "campaign": {"name": "PandaLM test set", "domain": "general", "task_type": "preference", "redundancy": 3, "review_layers": 0, "price_minor": 0, "lease_s": 3600}}))
    print(f"{len(tasks)} tasks, {len(experts)} annotators, judges: {', '.join(judges) or 'none'}")


if __name__ == "__main__":
    main()

"""Black-box test of help, suggestions, completion and the manual page. Usage: test_terminal.py PERITI"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

PERITI = sys.argv[1]
FOLDER = pathlib.Path(tempfile.mkdtemp(prefix="periti-terminal-"))


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def periti(*words):
    return run(PERITI, *words)


def a_group_lists_its_commands():
    code, out, _ = periti("delivery")
    assert code == 0 and all(f"delivery {word} " in out for word in ("verify", "make", "fetch"))
    assert "task import" not in out and periti("help", "delivery")[1] == out == periti("delivery", "--help")[1]


def the_version_is_told_by_either_name():
    code, out, _ = periti("--version")
    assert code == 0 and out.startswith("periti ") and out == periti("version")[1]


def a_slip_is_met_with_the_nearest_command():
    for words, meant in ((("delivery", "mkae"), "delivery make"), (("campain", "list"), "campaign list"),
                         (("truht", "x.csv"), "truth"), (("delivry", "fetch", "x"), "delivery fetch")):
        code, out, err = periti(*words)
        assert code == 2 and out == "" and f'did you mean "{meant}"?' in err, (words, err)
    code, _, err = periti("xyzzy")
    assert code == 2 and "did you mean" not in err


def completion_is_sound_in_every_shell():
    for shell in ("bash", "zsh", "fish"):
        code, out, err = periti("completion", shell)
        assert code == 0, err
        path = FOLDER / shell
        path.write_text(out)
        if shutil.which(shell):
            code, _, err = run(shell, "-n", str(path))
            assert code == 0 and err == "", err
    assert periti("completion", "tcsh")[0] == 2


def bash_completes_commands_options_and_values():
    for words, wanted in ((["deliv"], "delivery"), (["delivery", "fe"], "fetch"), (["task", "import", "--wa"], "--wait"),
                          (["task", "import", "--on-error", ""], "keep rollback"), (["completi"], "completion")):
        quoted = " ".join(f"'{word}'" for word in ["periti", *words])
        script = f"source {FOLDER}/bash; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _periti; echo ${{COMPREPLY[*]}}"
        assert run("bash", "-c", script)[1].strip() == wanted, (words, run("bash", "-c", script))


def the_manual_names_every_command():
    code, page, _ = periti("manual")
    assert code == 0 and page.startswith(".TH PERITI 1") and page.isascii()
    for name in ("serve", "delivery verify", "delivery fetch", "campaign add", "completion"):
        assert f'.SS "periti {name}' in page, name
    if shutil.which("groff"):
        code, _, err = run("bash", "-c", f"{PERITI} manual | groff -man -ww -Tutf8 -z")
        assert code == 0 and err == "", err


CASES = [a_group_lists_its_commands, the_version_is_told_by_either_name, a_slip_is_met_with_the_nearest_command,
         completion_is_sound_in_every_shell, bash_completes_commands_options_and_values, the_manual_names_every_command]
failed = 0
print(f"1..{len(CASES)}")
for number, case in enumerate(CASES, 1):
    try:
        case()
        print(f"ok {number} - {case.__name__}")
    except (AssertionError, OSError, subprocess.TimeoutExpired) as error:
        failed = 1
        print("# " + repr(error).replace("\n", " ") + f"\nnot ok {number} - {case.__name__}")
shutil.rmtree(FOLDER)
sys.exit(failed)

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs command lines and looks for the words they must print.

A .golden file is a list of commands, each with what must be true of it:

    # a comment
    $ winset about x            run by sh in the source folder, winset being the one just built
    exit 2                      its exit status (0 where not given)
    out: words                  standard output has these words (blanks and line ends count as one blank)
    err: words                  standard error has them
    not: words                  neither has them
    same NAME                   standard output is exactly the file NAME beside the .golden file
    json: key.key[0] VALUE      standard output is JSON with this value there

With WINSET_UPDATE_GOLDEN=1 in the environment the files of `same` are written instead of compared. The locale
is C.UTF-8 unless the command line sets another."""
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def squeeze(text):
    return " ".join(text.split())


def read_commands(path):
    commands = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.startswith("$ "):
            commands.append((number, line[2:], []))
        elif line.strip() and not line.startswith("#"):
            if not commands:
                sys.exit(f"{path}:{number}: a check before any command")
            commands[-1][2].append((number, line))
    return commands


def find_value(document, path):
    for key in re.findall(r"[^.\[\]]+", path):
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def check(line, done, path):
    kind, _, rest = line.partition(" ")
    out, err = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    if kind == "out:":
        return None if squeeze(rest) in squeeze(out) else f"standard output has no {rest!r}"
    if kind == "err:":
        return None if squeeze(rest) in squeeze(err) else f"standard error has no {rest!r}"
    if kind == "not:":
        return f"{rest!r} was printed" if squeeze(rest) in squeeze(out + " " + err) else None
    if kind == "json:":
        where, _, want = rest.partition(" ")
        try:
            got = find_value(json.loads(out), where)
        except (ValueError, KeyError, IndexError, TypeError) as problem:
            return f"no JSON value at {where}: {problem!r}"
        return None if got == json.loads(want) else f"{where} is {got!r}, not {want}"
    if kind == "same":
        expected = path.parent / rest.strip()
        if os.environ.get("WINSET_UPDATE_GOLDEN"):
            expected.write_text(out, "utf-8")
            return None
        want = expected.read_text("utf-8") if expected.exists() else ""
        if out == want:
            return None
        difference = difflib.unified_diff(want.splitlines(), out.splitlines(), rest.strip(), "printed", lineterm="")
        return "\n" + "\n".join(difference)
    return f"unknown check {kind!r}"


def main():
    winset, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LC_") and k not in ("LANG", "NO_COLOR")}
    environment.update(LC_ALL="C.UTF-8", PATH=f"{winset.parent}:{os.environ['PATH']}")
    failed = 0
    for name in sys.argv[3:]:
        path = pathlib.Path(name).resolve()
        with tempfile.TemporaryDirectory(prefix="winset-golden-") as scratch:
            environment["TMP_FOLDER"] = scratch
            for number, command, checks in read_commands(path):
                done = subprocess.run(["sh", "-c", command], cwd=root, env=environment, capture_output=True,
                                      stdin=subprocess.DEVNULL, timeout=120)
                status, problems = 0, []
                for at, line in checks:
                    if line.startswith("exit "):
                        status = int(line[5:])
                        continue
                    problem = check(line, done, path)
                    if problem:
                        problems.append(f"  line {at}: {problem}")
                if done.returncode != status:
                    problems.append(f"  exit status {done.returncode}, not {status}")
                if problems:
                    failed += 1
                    print(f"{name}:{number}: $ {command}", *problems, sep="\n")
                    print("  printed:", done.stdout.decode("utf-8", "replace")[:2000],
                          done.stderr.decode("utf-8", "replace")[:2000], sep="\n")
    sys.exit(1 if failed else 0)


main()

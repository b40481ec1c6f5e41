#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walks the table of verbs: each has help with an example that is a command of it, is completed, stands in the manual
page (made as the build makes it), and its options do."""
import os
import re
import subprocess
import sys

winset, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
failures = []


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, cwd=root)
    if done.returncode != 0:
        failures.append(f"{' '.join(words)}: exit status {done.returncode}: {done.stderr}")
    return done.stdout


help_text = run(winset, "--help")
verbs = re.findall(r"^  ([a-z-]+) ", help_text.split("Verbs:\n", 1)[1], re.M)
if len(verbs) < 2:
    failures.append(f"--help lists only {verbs}")
bash, zsh = run(winset, "completion", "bash"), run(winset, "completion", "zsh")
manual = run(f"{root}/scripts/make-manual", winset, f"{root}/docs/winset.1.scd")
for left_over in re.findall(r"^@.*@$", manual, re.M):
    failures.append(f"the manual page still has {left_over}")
for verb in verbs:
    text = run(winset, verb, "--help")
    if not text.startswith(f"winset {verb}: "):
        failures.append(f"{verb} --help does not begin with what it tells")
    if not re.search(rf"^Example: .*winset {verb}\b.*\n  \S", text, re.M):
        failures.append(f"{verb} --help has no example of it")
    for line in text.splitlines():
        if len(line) > 80:
            failures.append(f"{verb} --help is wider than 80 columns: {line}")
    for option in re.findall(r"--([a-z][a-z-]+)", text.split("\n\nExample:", 1)[0]):
        if option != "help" and f"--{option}" not in bash.split(f"    {verb}) options=", 1)[-1].split(";;", 1)[0]:
            failures.append(f"bash does not complete {verb} --{option}")
    if f"\n    {verb}) _arguments" not in zsh:
        failures.append(f"zsh does not complete {verb}")
    if f"*{verb}*\n" not in manual:
        failures.append(f"the manual page has no {verb}")
print("\n".join(failures))
sys.exit(1 if failures else 0)

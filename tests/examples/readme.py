#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""readme.py WINSET ROOT README...: the program prints what the pages of the examples show.

A block that begins with `$ winset ...` is a command and a part of what it prints; a block without a command (and
without a language) is another part of what the last command printed. Lines stand as printed, one after the other;
a line `...` parts pieces. With WINSET_UPDATE_GOLDEN=1 the pieces that begin with the same line as before are
rewritten."""
import os
import pathlib
import re
import shlex
import subprocess
import sys

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def run(winset, root, line):
    done = subprocess.run([winset, *shlex.split(line)[1:]], cwd=root, capture_output=True, text=True, timeout=300,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    return done.stdout.splitlines()


def find(piece, printed):
    for at in range(len(printed) - len(piece) + 1):
        if printed[at:at + len(piece)] == piece:
            return True
    return False


def renew(piece, printed):
    """The printed lines from the piece's first one to the next empty line, as many paragraphs as there were."""
    if piece[0] not in printed:
        return piece
    at = printed.index(piece[0])
    gaps, end = piece.count(""), at
    while end < len(printed) and (printed[end] or gaps):
        gaps -= not printed[end]
        end += 1
    return printed[at:end]


def main():
    winset, root, pages = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    failed = 0
    for page in pages:
        path = root / page
        text, printed = path.read_text("utf-8"), []

        def check(block):
            nonlocal failed, printed
            if block[1]:
                return block[0]
            lines, kept = block[2].splitlines(), []
            if lines and lines[0].startswith("$ "):
                command = lines.pop(0)
                kept.append(command)
                while command.endswith("\\"):
                    kept.append(lines.pop(0))
                    command = command[:-1] + kept[-1]
                printed = run(winset, root, command[2:])
            for piece in "\n".join(lines).split("..."):
                piece = piece.strip("\n").split("\n")
                if piece == [""]:
                    continue
                if not find(piece, printed):
                    if os.environ.get("WINSET_UPDATE_GOLDEN"):
                        piece = renew(piece, printed)
                    else:
                        failed += 1
                        print(f"{page}: the program no longer prints\n", "\n".join(piece), sep="")
                kept += piece + ["..."]
            if kept and kept[-1] == "..." and not block[2].rstrip().endswith("..."):
                kept.pop()
            return "```\n" + "\n".join(kept) + "\n```"

        new = BLOCK.sub(check, text)
        if os.environ.get("WINSET_UPDATE_GOLDEN") and new != text:
            path.write_text(new, "utf-8")
    return failed != 0


sys.exit(main())

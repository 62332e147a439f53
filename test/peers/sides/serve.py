"""The server half of every side written in Python: the same commands as in native/native.c."""

import array
import os
import sys
import time

INPUTS = 4
# Learn every k1 rows over the newest k2; 0 = only predict.
WORKS = {"predict": (0, 0), "learn16": (16, 16), "learn4": (4, 16), "learn1": (1, 16)}


class Skip(Exception):
    """A side that cannot do the work, with the reason."""


def say(line):
    print(line, flush=True)


def read_floats(folder, name):
    path = os.path.join(folder, name)
    floats = array.array("f")
    with open(path, "rb") as file:
        floats.fromfile(file, os.path.getsize(path) // floats.itemsize)
    return floats


def read_rows(folder):
    """The series as a list of (inputs, target)."""
    flat = read_floats(folder, "series.f32")
    width = INPUTS + 1
    return [(flat[at : at + INPUTS].tolist(), flat[at + INPUTS]) for at in range(0, len(flat), width)]


def serve(label, create_row):
    """`create_row(work, hidden_size)` gives a function of t that does all the work of row t and returns its error."""
    say(f"ready {label}")
    row, t = None, 0
    for line in sys.stdin:
        name, *words = line.split()
        try:
            if name == "new":
                row, t = create_row(words[0], int(words[1])), 0
                say("ok")
            elif name == "errors":
                end = t + int(words[0])
                say("errors " + " ".join(repr(row(i) ** 2) for i in range(t, end)))
                t = end
            elif name == "run":
                rows, total = int(words[0]), 0.0
                start = time.process_time()
                for i in range(t, t + rows):
                    total += row(i) ** 2
                seconds = time.process_time() - start
                t += rows
                say(f"ran {seconds * 1e6:.1f} {total / rows!r}")
            else:
                say(f"error unknown command: {name}")
        except Skip as reason:
            say(f"skip {reason}")
        except Exception as error:  # the other side prints it and goes on without us
            say(f"error {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")

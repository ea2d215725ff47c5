"""pymerkle's SqliteTree, run by the Python of var/peers as a child; each line is a command, each answer a number.

append COUNT SIZE: entries a second, one `append_entry` each. fill COUNT: leaves made of their number, in bulk.
prove COUNT: inclusion proofs a second of so many leaves spread evenly, the second time that they are asked for.
"""

import os
import sys
from pathlib import Path
from time import perf_counter

from pymerkle import SqliteTree


def append(folder, count, size):
    tree = SqliteTree(str(folder / "single.db"))
    entries = [os.urandom(size) for _ in range(count)]
    started = perf_counter()
    for each in entries:
        tree.append_entry(each)
    rate = count / (perf_counter() - started)
    tree.close()
    return rate


def fill(tree, count):
    return tree.append_entries(b"%d" % number for number in range(count))


def prove(tree, count):
    size = tree.get_size()
    indexes = range(1, size + 1, max(1, size // count))
    for index in indexes:
        tree.prove_inclusion(index, size)
    started = perf_counter()
    for index in indexes:
        tree.prove_inclusion(index, size)
    return len(indexes) / (perf_counter() - started)


def main():
    folder = Path(sys.argv[1])
    tree = SqliteTree(str(folder / "large.db"))
    for line in sys.stdin:
        name, *numbers = line.split()
        given = [int(each) for each in numbers]
        answer = append(folder, *given) if name == "append" else {"fill": fill, "prove": prove}[name](tree, *given)
        print(answer, flush=True)


main()

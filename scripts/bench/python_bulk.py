"""The Python client's own esmond-ps-get-bulk, with the one cure without which it writes nothing under Python 3.

Usage: python_bulk.py DIR [OPTION...]

DIR is the directory esmond_client of its source, with the package esmond_client and the directory clients in it. The
options go to the program unchanged. It opens its files for bytes and then writes text; here they are opened for text.
"""

import io
import os
import runpy
import sys


def main():
    """Runs the program."""
    directory, *options = sys.argv[1:]
    sys.path.insert(0, directory)
    from esmond_client.perfsonar import util

    open_for_bytes = util.get_outfile
    util.get_outfile = lambda *args: io.TextIOWrapper(
        open_for_bytes(*args), encoding="utf-8", newline="")
    script = os.path.join(directory, "clients", "esmond-ps-get-bulk")
    sys.argv = [script, *options]
    runpy.run_path(script, run_name="__main__")


main()

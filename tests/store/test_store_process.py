"""Tests for whet.store.process: is a process the one that was written down?"""

import subprocess
import sys
from dataclasses import replace

import psutil

from whet.store.process import Process, is_alive, this_process

SAY_WHO_AND_WAIT = """
from dataclasses import astuple
from whet.store.process import this_process
print(*astuple(this_process()), sep="\\t", flush=True)
input()
"""


def test_this_process_is_alive_and_knows_itself() -> None:
    assert this_process() == this_process()
    assert is_alive(this_process()) is True


def test_a_killed_process_has_ended_even_before_anybody_has_waited_for_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SAY_WHO_AND_WAIT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        host, machine, pid, started = child.stdout.readline().rstrip("\n").split("\t")
        written_down = Process(host, machine, int(pid), started)
        assert written_down.pid == child.pid
        assert is_alive(written_down) is True
        child.kill()
        while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert is_alive(written_down) is False
    assert is_alive(written_down) is False


def test_a_process_id_that_is_used_again_is_another_process() -> None:
    assert is_alive(replace(this_process(), started="1")) is False


def test_nobody_knows_about_a_process_of_another_machine() -> None:
    assert is_alive(replace(this_process(), machine="another boot")) is None

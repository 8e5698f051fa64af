"""A second process of this program that does pieces of a month's work while the first does others.

Python runs one thread at a time, so what parses files or imports a large library takes a core from whatever
else the process does; in a process of its own the other core gives it. An order is a function of a module and
its arguments; what it returns, or the `UserError` that it raises, comes back. It lives as long as its parent:
when the parent ends, however that happens, it ends at once, so that nobody writes into a run that has been
begun again.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, NamedTuple, ParamSpec, TypeVar

from connectors.disk_troubles import disk_trouble
from connectors.errors import UserError

P = ParamSpec("P")
T = TypeVar("T")
BELOW_NORMAL: int = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
"""Windows says it when the process begins, and once for all."""
LENGTH_BYTES = 8
"""Before each order, how long it is."""


class Done(NamedTuple):
    """A piece of work: rows a table, and how long whoever did it took, in this process or in another.

    Of a piece that a run did which was killed later, only the rows are told.
    """

    counts: Mapping[str, int]
    seconds: float
    is_from_before: bool = False


class Broken(Exception):
    """The second process has met a fault of the program, or has ended; holds no value of any row."""


@dataclass
class Beside:
    """The second process, as its parent sees it; started by `start`, or by the first order.

    Attributes:
        come_up: "module:function" to call before the first order, for imports that take long; a text, so that
            the parent need not import it.
        steps_back: whether it leaves the cores to others until somebody waits for what it does.
    """

    come_up: str = ""
    steps_back: bool = False
    _owed: int = field(default=0, repr=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _turn: Lock = field(default_factory=Lock, repr=False)

    def start(self) -> None:
        """Begin to come up beside the caller's own work."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "connectors.beside"],  # -P: nothing from the folder one is in
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # a trace could quote a cell; faults come as answers
                creationflags=BELOW_NORMAL if self.steps_back else 0,
            )
            self._owed = 0
            self._step(back=True)
            if self.come_up:
                self._send(_call, (self.come_up,), {})

    def do(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The function's result, computed in the second process; one order at a time.

        Args:
            function: of a module, so that the other process can import it.
            arguments: anything that can be pickled.
            named: likewise.

        Raises:
            UserError: what the function raised.
            Broken: a fault of the program; or the process has ended.
        """
        with self._turn:
            self.start()
            self._step(back=False)
            process = self._process
            if process is None or process.stdout is None:
                raise Broken("辅助进程没有启动")
            try:
                self._send(function, arguments, named)
                while self._owed:
                    is_done, answer = pickle.load(process.stdout)  # noqa: S301 (of our own child)
                    self._owed -= 1
            except (OSError, EOFError, pickle.UnpicklingError, ValueError):
                self.stop()
                raise Broken("辅助进程提前结束") from None
        if is_done:
            result: T = answer
            return result
        if isinstance(answer, UserError):
            raise answer
        raise Broken(f"辅助进程没有完成：{answer}")

    def _step(self, *, back: bool) -> None:
        """Let a process that steps back run when nobody else wants to, or as others do."""
        if not self.steps_back or self._process is None or sys.platform != "linux":
            return
        policy = os.SCHED_IDLE if back else os.SCHED_OTHER
        with suppress(OSError):  # it has ended, or may not be set: it takes its turn with the others
            for thread in Path(f"/proc/{self._process.pid}/task").iterdir():
                os.sched_setscheduler(int(thread.name), policy, os.sched_param(0))

    def _send(self, function: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        if self._process is None or self._process.stdin is None:
            raise Broken("辅助进程没有启动")
        order = pickle.dumps((function, arguments, named))
        self._process.stdin.write(len(order).to_bytes(LENGTH_BYTES) + order)
        self._process.stdin.flush()
        self._owed += 1

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(timeout=30)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()


def _call(name: str) -> None:
    module, _, function = name.partition(":")
    getattr(import_module(module), function)()


def serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Answer orders until the parent has no more."""
    waiting: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(orders, waiting), name="orders", daemon=True).start()
    while True:
        pickle.dump(_outcome(waiting.get()), answers)
        answers.flush()


def _listen(orders: IO[bytes], waiting: SimpleQueue[bytes]) -> None:
    """Take orders in, unread; the pipe ends with the parent, and this process with the pipe.

    To read an order imports what it names, and a module that another thread is importing at that moment is
    found half made: only the thread that does the work reads.
    """
    try:
        while head := orders.read(LENGTH_BYTES):
            waiting.put(orders.read(int.from_bytes(head)))
    finally:
        os._exit(0)


def _outcome(order: bytes) -> tuple[bool, Any]:
    try:
        function, arguments, named = pickle.loads(order)  # noqa: S301 (of our own parent)
        return True, function(*arguments, **named)
    except UserError as error:
        return False, error
    except Exception as error:  # told by its kind and place alone: messages may quote cells
        trouble = disk_trouble(error)
        if trouble is not None:
            return False, trouble
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        code = place.tb_frame.f_code if place is not None else None
        where = f" {Path(code.co_filename).name}:{place.tb_lineno}" if code and place else ""
        return False, f"{type(error).__name__}{where}"


def collect_seldom() -> None:
    """Look for garbage once in a hundred thousand objects, not seven hundred.

    A large library makes objects by the hundred thousand while it is imported, none of them garbage: looking
    through them again and again is a fifth of the time.
    """
    gc.set_threshold(100_000, 20, 100)


def main() -> None:
    """Serve on standard input and output; whatever a library prints goes elsewhere."""
    collect_seldom()
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    serve(orders, answers)


if __name__ == "__main__":
    main()

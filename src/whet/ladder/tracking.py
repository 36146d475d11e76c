"""Where can a run be watched? The store, TensorBoard event files, and Weights & Biases when set up.

TensorBoard files are written for every run. Weights & Biases is used when `WANDB_MODE` or
`WANDB_API_KEY` is set, which is how its own users switch it on.
"""

import os
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from whet.core.errors import NotInstalledError
from whet.store.store import Store


class _Sink(Protocol):
    """Receives one value of one step."""

    def log(self, name: str, value: float, step: int) -> None: ...

    def close(self) -> None: ...


class Tracker:
    """Sends every measured value of one run to all places."""

    def __init__(self, store: Store, run: str, folder: Path, card: dict[str, Any]) -> None:
        self.store, self.run = store, run
        self._sinks: list[_Sink] = [_TensorBoard(folder / "events")]
        if os.environ.get("WANDB_MODE") or os.environ.get("WANDB_API_KEY"):
            self._sinks.append(_WeightsAndBiases(run, folder, card))

    def log(self, name: str, value: float, step: int) -> None:
        """Record the value of a metric at a step."""
        self.store.measurements.log(self.run, name, step=step, value=value)
        self.show(name, value, step)

    def show(self, name: str, value: float, step: int) -> None:
        """Record a value in the event files only: for values of every training step."""
        for sink in self._sinks:
            sink.log(name, value, step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for sink in self._sinks:
            sink.close()


class _TensorBoard:
    """Event files in a folder."""

    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer: Any = SummaryWriter(str(folder))

    def log(self, name: str, value: float, step: int) -> None:
        self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()


class _WeightsAndBiases:
    """A Weights & Biases run of the same name."""

    def __init__(self, run: str, folder: Path, card: dict[str, Any]) -> None:
        try:
            import wandb
        except ImportError as error:
            raise NotInstalledError(
                "WANDB_MODE or WANDB_API_KEY is set, but wandb is not installed. "
                "Run: pip install 'whet[wandb]', or unset the variable."
            ) from error
        self._run: Any = wandb.init(id=run, name=run, dir=str(folder), config=card)

    def log(self, name: str, value: float, step: int) -> None:
        self._run.log({name: value, f"{name}/step": step})

    def close(self) -> None:
        self._run.finish(quiet=True)

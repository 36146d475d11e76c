"""How does the winner become a package? Every form is written, replayed, and kept or refused.

The package appears under its final name in one step, after the parity gate: a build that is killed
or runs out of disk leaves no part of one.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from whet.compression.parity import Parity, worth
from whet.compression.quantise import quantise_onnx
from whet.core.errors import WhetError
from whet.core.files import atomic_folder
from whet.ladder.context import Context
from whet.ladder.rungs.contract import Form
from whet.ladder.targets.contract import Packing
from whet.serving.package import MODEL_FILE


@dataclass(frozen=True)
class Winner:
    """Everything that goes into a package."""

    context: Context
    packing: Packing


@dataclass(frozen=True)
class Packaged:
    """The package that was kept, and how every form did."""

    path: Path
    form: str
    bytes: int
    parity: list[Parity]


def write_package(winner: Winner, place: Path) -> Packaged:
    """Return the package of a winner in the new folder `place`.

    Raises:
        WhetError: no form answers as the trained model does, or the disk is full.
    """
    parity: list[Parity] = []
    with atomic_folder(place) as folder:
        form = _write_form(winner, folder / "form", parity)
        winner.packing.describe(folder / "form", form, parity)
        for file in (folder / "form").iterdir():
            file.rename(folder / file.name)
        (folder / "form").rmdir()
        shutil.rmtree(folder / "int8", ignore_errors=True)
    size = sum(file.stat().st_size for file in place.iterdir())
    kept = [entry.form for entry in parity if entry.kept]
    return Packaged(place, kept[-1], size, parity)


def _write_form(winner: Winner, folder: Path, parity: list[Parity]) -> Form:
    """Write the best form that holds parity into `folder`; return what it is."""
    folder.mkdir()
    packing, limits = winner.packing, winner.context.card.package
    progress = winner.context.progress
    form = packing.write(folder)
    packing.describe(folder, form, [])
    progress.start(f"parity of {form.name}")
    whole = packing.replay(folder, form.name)
    parity.append(whole)
    if not whole.kept:
        raise WhetError(
            f"The {form.name} package must answer as the trained model does, but {whole.reason}. "
            "Nothing was packaged; report this, or raise package.max_flips in the card."
        )
    if limits.quantise == "never" or not (folder / MODEL_FILE).exists():
        return form
    small = folder.parent / "int8"
    shutil.copytree(folder, small)
    progress.start("quantising")
    quantise_onnx(folder / MODEL_FILE, small / MODEL_FILE)
    packing.describe(small, form, [])
    parity.append(worth(packing.replay(small, f"{form.name}-int8"), whole))
    if not parity[-1].kept:
        return form
    shutil.rmtree(folder)
    small.rename(folder)
    return form

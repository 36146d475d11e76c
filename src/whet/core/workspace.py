"""Where are things kept? A workspace is a folder with `whet.toml`; `.whet/` in it is Whet's own."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from whet.core.settings import settings

MARKER = "whet.toml"


@dataclass(frozen=True)
class Workspace:
    """The folders of one workspace. They are made when something is first written."""

    root: Path

    @property
    def home(self) -> Path:
        """Folder of everything that Whet itself writes."""
        return self.root / ".whet"

    @property
    def packages(self) -> Path:
        """Folder of packages: ``packages/<name>/<version>/``."""
        return self.home / "packages"

    @property
    def versions(self) -> Path:
        """Folder of data versions, one folder per content hash."""
        return self.home / "data"

    @property
    def runs(self) -> Path:
        """Folder of runs: checkpoints, event files, reports."""
        return self.home / "runs"

    @property
    def cache(self) -> Path:
        """Folder of what can be computed again, such as embeddings."""
        return self.home / "cache"

    @property
    def database_url(self) -> str:
        """URL of the store: `WHET_DATABASE_URL`, or a SQLite file in this workspace."""
        return settings().database_url or f"sqlite:///{quote(str(self.home / 'whet.db'))}"


def find_workspace(start: Path) -> Workspace:
    """Return the workspace that holds `start`: the nearest folder upwards with `whet.toml`.

    Without such a file, the folder of `start` itself is the workspace, so that a lone card works.
    """
    folder = start.resolve()
    folder = folder if folder.is_dir() else folder.parent
    for candidate in (folder, *folder.parents):
        if (candidate / MARKER).is_file():
            return Workspace(candidate)
    return Workspace(folder)

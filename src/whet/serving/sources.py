"""Which packages should answer? The champions of the store, pinned versions, or one folder."""

from collections.abc import Mapping
from pathlib import Path

from whet.serving.package import open_package
from whet.serving.watch import Source, Target
from whet.store.packages import Package as Registered
from whet.store.store import Store

CHAMPION = "champion"


def champions(store: Store) -> Source:
    """Return a source that names the champion of every package of the store that has one."""

    def read() -> Mapping[str, Target]:
        registered = {(p.name, p.version): p for p in store.packages.all()}
        names = sorted({name for name, _ in registered})
        versions = {name: store.packages.aliases(name).get(CHAMPION) for name in names}
        return {
            name: _target(registered[name, version])
            for name, version in versions.items()
            if version is not None and (name, version) in registered
        }

    return read


def chosen(store: Store, versions: Mapping[str, str]) -> Source:
    """Return a source that names these packages; a version may be an alias such as `champion`.

    The source raises InputError while the store has no such package, version or alias.
    """

    def read() -> Mapping[str, Target]:
        return {
            name: _target(store.packages.resolve(name, version))
            for name, version in versions.items()
        }

    return read


def folder(path: Path) -> Source:
    """Return a source that always names the one package in the folder `path`.

    Raises:
        IntegrityError: the folder is not a package.
    """
    contents = open_package(path).contents
    target = Target(contents.version, path)
    return lambda: {contents.name: target}


def _target(registered: Registered) -> Target:
    return Target(registered.version, Path(registered.path), registered.manifest_sha256)

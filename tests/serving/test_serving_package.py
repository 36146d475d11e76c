"""Tests for whet.serving.package: what was written opens, what was changed is refused by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.serving.tiny_package import change_one_byte

from whet.core.errors import IntegrityError
from whet.core.files import sha256_file
from whet.serving.package import open_package, write_manifest

ADVICE = "Copy the package again from where it was built, or build it again."


def test_what_was_written_opens(onnx_package: Path, linear_package: Path) -> None:
    assert open_package(onnx_package).contents.form == "onnx"
    assert open_package(linear_package).contents.form == "linear"


def test_the_manifest_lists_every_other_file_with_hash_and_size(linear_package: Path) -> None:
    files = json.loads((linear_package / "manifest.json").read_text())["files"]
    assert files == {
        file.name: {"sha256": sha256_file(file), "bytes": file.stat().st_size}
        for file in sorted(linear_package.iterdir())
        if file.name != "manifest.json"
    }
    assert len(files) == 6


@pytest.mark.parametrize(
    "name", ["model.onnx", "tokenizer.json", "package.json", "evidence.jsonl", "README.md"]
)
def test_one_changed_bit_is_refused_with_the_name_of_the_file(
    onnx_package: Path, name: str
) -> None:
    old = sha256_file(onnx_package / name)[:12]
    change_one_byte(onnx_package / name)
    new = sha256_file(onnx_package / name)[:12]
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package)
    assert str(error.value) == (
        f"{onnx_package / name} is not the file that was written: its SHA-256 must be {old}…, "
        f"found {new}…. {ADVICE}"
    )


def test_a_file_cut_short_is_refused(onnx_package: Path) -> None:
    file = onnx_package / "model.onnx"
    size = file.stat().st_size
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package)
    assert str(error.value) == (
        f"{file} must be {size} bytes long as it was written; found 100. {ADVICE}"
    )


def test_a_missing_file_is_named(onnx_package: Path) -> None:
    (onnx_package / "tokenizer.json").unlink()
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package)
    assert str(error.value) == (
        f"{onnx_package / 'tokenizer.json'} is missing from the package. {ADVICE}"
    )


def test_a_file_that_the_manifest_does_not_list_is_refused(onnx_package: Path) -> None:
    (onnx_package / "more").mkdir()
    (onnx_package / "more" / "extra.bin").write_bytes(b"x")
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package)
    assert str(error.value) == (
        f"{onnx_package / 'more/extra.bin'} is not part of the package: manifest.json does not "
        "list it. Take it out of the folder."
    )


def test_a_manifest_cannot_point_outside_the_folder(onnx_package: Path) -> None:
    (onnx_package.parent / "secret").write_text("s")
    manifest = json.loads((onnx_package / "manifest.json").read_text())
    manifest["files"]["../secret"] = {"sha256": "0" * 64, "bytes": 1}
    (onnx_package / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(IntegrityError, match=r"secret is missing from the package"):
        open_package(onnx_package)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "evidence.safetensors"])
def test_a_whole_manifest_over_too_few_files_is_refused(onnx_package: Path, name: str) -> None:
    (onnx_package / name).unlink()
    write_manifest(onnx_package)
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package)
    assert str(error.value) == (
        f"{onnx_package} must hold {name}, as every package of form 'onnx' does; "
        "its manifest does not list it. Build the package again."
    )


def test_a_folder_without_a_manifest_is_no_package(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError) as error:
        open_package(tmp_path)
    assert str(error.value) == (
        f"{tmp_path} must be a package folder with manifest.json in it; found none. "
        "Give the folder that `whet build` wrote."
    )


def test_a_manifest_that_is_no_json_is_refused(onnx_package: Path) -> None:
    (onnx_package / "manifest.json").write_text("{")
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package)
    assert str(error.value) == (
        f"{onnx_package / 'manifest.json'} cannot be read: Invalid JSON: EOF while parsing an "
        f"object at line 1 column 1. {ADVICE}"
    )


def test_a_package_changed_together_with_its_manifest_is_not_the_registered_one(
    onnx_package: Path,
) -> None:
    registered = sha256_file(onnx_package / "manifest.json")
    open_package(onnx_package, manifest_sha256=registered)
    (onnx_package / "README.md").write_text("changed")
    write_manifest(onnx_package)
    open_package(onnx_package)
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package, manifest_sha256=registered)
    assert str(error.value) == (
        f"{onnx_package / 'manifest.json'} is not the manifest of the package that was "
        f"registered. {ADVICE}"
    )


Edit = Callable[[dict[str, object]], object]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (
            lambda fields: fields.update(format=2),
            "{file} must be a package of format 1; found format 2. Install the version of Whet "
            "that wrote it, or build the package again.",
        ),
        (
            lambda fields: fields.pop("labels"),
            "{file} is not as Whet writes it: labels: Field required.",
        ),
        (
            lambda fields: fields.update(labels=["a", "a"]),
            "{file} is not as Whet writes it: package: Value error, labels must be unique.",
        ),
        (
            lambda fields: fields.update(abstain={"scope": {"names": ["probability"]}}),
            "{file} is not as Whet writes it: abstain.scope: Value error, names, mean and scale "
            "must have one entry for each signal.",
        ),
    ],
)
def test_contents_are_checked(onnx_package: Path, edit: Edit, sentence: str) -> None:
    file = onnx_package / "package.json"
    fields = json.loads(file.read_text())
    edit(fields)
    file.write_text(json.dumps(fields))
    write_manifest(onnx_package)
    with pytest.raises(IntegrityError) as error:
        open_package(onnx_package)
    assert str(error.value) == sentence.format(file=file)


def test_contents_that_are_no_json_are_refused(onnx_package: Path) -> None:
    (onnx_package / "package.json").write_text("[1")
    write_manifest(onnx_package)
    with pytest.raises(IntegrityError, match=r"package\.json must be JSON: EOF while parsing"):
        open_package(onnx_package)


def test_fields_of_a_newer_writer_are_ignored(onnx_package: Path) -> None:
    file = onnx_package / "package.json"
    fields = json.loads(file.read_text())
    fields["invented_later"] = {"a": 1}
    fields["calibration"]["invented_later"] = 1
    file.write_text(json.dumps(fields))
    write_manifest(onnx_package)
    assert open_package(onnx_package).contents.name == "support"

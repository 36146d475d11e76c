"""`whet predict`: from arguments, a file or stdin; as lines or as JSON; never all texts at once."""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.conftest import Whet, register_champion, run_whet

from whet.serving.package import open_package
from whet.serving.predictor import Predictor


def test_arguments_are_answered_one_a_line(whet: Whet, linear_package: Path) -> None:
    ran = whet("predict", linear_package, "my card", "我要退款")
    rows = [line.split("\t") for line in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert [(row[0], row[2]) for row in rows] == [("card", "my card"), ("refund", "我要退款")]


def test_json_lines_say_what_the_package_says(whet: Whet, linear_package: Path) -> None:
    ran = whet("predict", linear_package, "lost card", "--json")
    said = json.loads(ran.out)
    answer = Predictor(open_package(linear_package)).predict(["lost card"])[0]
    assert said["text"] == "lost card"
    assert (said["label"], said["probability"]) == (answer.label, answer.probability)
    assert said["abstained"] is answer.abstained
    assert said["top"][0] == {"label": answer.label, "probability": answer.probability}
    assert said["evidence"][0]["text"] == answer.evidence[0].text


def test_a_file_is_read_line_by_line_and_blank_lines_left_out(
    whet: Whet, linear_package: Path, tmp_path: Path
) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("\ufeffmy card\n\n   \n我要退款\r\n", encoding="utf-8")
    ran = whet("predict", linear_package, "--file", file, "--json")
    assert [json.loads(line)["text"] for line in ran.out.splitlines()] == ["my card", "我要退款"]


def test_stdin_is_read_without_arguments(linear_package: Path) -> None:
    ran = run_whet("predict", linear_package, stdin="my card\n我要退款\n")
    assert [line.split("\t")[0] for line in ran.out.splitlines()] == ["card", "refund"]


def test_answers_come_before_stdin_ends(linear_package: Path) -> None:
    command = [sys.executable, "-m", "whet.cli", "predict", str(linear_package)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        process.stdin.write(b"my card\n" * 600)
        process.stdin.flush()
        assert process.stdout.readline().startswith(b"card\t")
        process.stdin.close()


def test_texts_from_two_places_are_refused(
    whet: Whet, linear_package: Path, tmp_path: Path
) -> None:
    ran = whet("predict", linear_package, "my card", "--file", tmp_path / "texts.txt")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "whet: Give texts as arguments or with --file, not both.\n"


def test_a_missing_file_is_named(whet: Whet, linear_package: Path, tmp_path: Path) -> None:
    ran = whet("predict", linear_package, "--file", tmp_path / "no.txt")
    assert ran.code == 2
    assert ran.err == f"whet: {tmp_path / 'no.txt'} cannot be read: No such file or directory.\n"


def test_a_file_in_another_encoding_is_named(
    whet: Whet, linear_package: Path, tmp_path: Path
) -> None:
    file = tmp_path / "texts.txt"
    file.write_bytes("退款".encode("gb18030"))
    ran = whet("predict", linear_package, "--file", file)
    assert ran.code == 2
    assert ran.err == (
        f"whet: {file} must hold text in UTF-8; found the byte 0xcd. Save it as UTF-8.\n"
    )


def test_an_abstention_is_said(whet: Whet, tmp_path: Path) -> None:
    from tests.serving.tiny_package import make_linear_package

    package = make_linear_package(tmp_path / "unsure", abstain={"threshold": 2.0})
    assert whet("predict", package, "my card").out.startswith("abstains\t")


def test_a_name_means_the_champion_of_the_workspace(
    whet: Whet, linear_package: Path, tmp_path: Path
) -> None:
    register_champion(tmp_path, linear_package)
    ran = whet("predict", "support", "my card", "--workspace", tmp_path)
    assert ran.out.startswith("card\t")
    ran = whet("predict", "suport", "my card", "--workspace", tmp_path)
    assert ran.err == "whet: There is no package 'suport'. Did you mean 'support'?\n"


def test_stdin_that_is_not_utf_8_is_refused(linear_package: Path) -> None:
    ran = run_whet("predict", linear_package, stdin="退款\n".encode("gb18030"))
    assert ran.code == 2
    assert (
        ran.err == "whet: stdin must hold text in UTF-8; found the byte 0xcd. Save it as UTF-8.\n"
    )

"""How may a card say what a build computes with? Every default is found by itself."""

from typing import Literal

from whet.core.yaml.part import Part


class Compute(Part):
    """What the encoder runs on and is trained with."""

    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    """Device; `auto` takes a GPU where torch finds one."""
    precision: Literal["auto", "float32", "bf16", "fp16"] = "auto"
    """Precision of training; `auto` takes half where the device has it and a trial is faster."""
    compile: Literal["auto", "never"] = "auto"
    """`auto` compiles the encoder for a long training on a GPU where a trial shows that it pays."""
    shard: bool = False
    """Whether the processes of `whet build --processes N` each keep a part of every weight while
    they train, for models that fit none of them whole; for `full`, `lora` and `rslora`."""

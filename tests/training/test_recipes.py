"""Tests for whet.training.recipes: the method's settings, and the card's above them."""

from dataclasses import replace

import pytest

from whet.cards.tuning import METHODS, Tuning
from whet.core.errors import InputError
from whet.models.methods.registry import find_method
from whet.training.finetune import Recipe
from whet.training.recipes import recipe_for


def test_without_settings_full_is_the_default_recipe() -> None:
    recipe = recipe_for("full", Tuning(), seed=0)
    assert recipe.head_rate == pytest.approx(Recipe.head_rate)
    assert replace(recipe, head_rate=Recipe.head_rate) == Recipe()


@pytest.mark.parametrize("name", METHODS)
def test_every_method_has_settings_of_its_own(name: str) -> None:
    candidate = "freeze:2" if name == "freeze" else name
    method, recipe = find_method(candidate), recipe_for(candidate, Tuning(), seed=3)
    assert recipe.seed == 3
    assert recipe.encoder_rate == method.encoder_rate
    assert recipe.head_rate == pytest.approx(method.encoder_rate * method.head_ratio)
    assert (recipe.epochs, recipe.layer_decay) == (method.epochs, method.layer_decay)


def test_the_card_is_above_the_method() -> None:
    tuning = Tuning(
        learning_rate=1e-5,
        epochs=7,
        rows_per_batch=8,
        dropout=0.0,
        weight_decay=0.0,
        layer_decay=0.5,
        label_smoothing=0.1,
        r_drop=1.0,
        class_weights="balanced",
        focal=2.0,
        patience=9,
    )
    assert recipe_for("lora", tuning, seed=0) == Recipe(
        epochs=7,
        rows_per_batch=8,
        encoder_rate=1e-5,
        head_rate=1e-5 * find_method("lora").head_ratio,
        dropout=0.0,
        weight_decay=0.0,
        layer_decay=0.5,
        label_smoothing=0.1,
        r_drop=1.0,
        balanced=True,
        focal=2.0,
        patience=9,
    )


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        recipe_for("lorra", Tuning(), seed=0)
    assert str(refused.value) == "'lorra' is no method of tuning. Did you mean 'lora'?"

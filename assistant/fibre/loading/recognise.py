"""Which file is this? Its columns say it: people rename files, and the same name comes from several places."""

from __future__ import annotations

from assistant.fibre.loading.building_recipes import BUILDING_RECIPES
from assistant.fibre.loading.recipes import COMMUNE_RECIPES, Recipe
from assistant.fibre.loading.table import Table
from assistant.figures import DatasetKind
from assistant.models import FibreFileRefused
from assistant.wording import sentence

RECIPES = (*COMMUNE_RECIPES, *BUILDING_RECIPES)
# Its columns and those of another, should one quarter's file hold both.
PREFERRED = {DatasetKind.TECHNOLOGIES}
SHOWN = 200  # characters of the columns of a file that is not known


def recognise(table: Table, name: str) -> Recipe:
    """The recipe that finds the most of its columns, all of them being there.

    Raises:
        FibreFileRefused: none does, or two columns have one name.
    """
    columns = set(table.columns)
    able = [recipe for recipe in RECIPES if columns.issuperset(recipe.columns)]
    if not able:
        told = ", ".join(table.columns)[:SHOWN]
        raise FibreFileRefused(name, sentence("fibre_data.refused.columns", columns=told))
    best = max(able, key=lambda recipe: (recipe.kind in PREFERRED, len(recipe.columns)))
    if any(table.columns.count(column) > 1 for column in best.columns):
        raise FibreFileRefused(name, sentence("fibre_data.refused.columns", columns=", ".join(table.columns)[:SHOWN]))
    return best

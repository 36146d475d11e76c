"""What are the plan's ids called? Titles of tasks and milestones, names of people and lines."""

from functools import cached_property

from whet.company.plan.schema import Plan


class Names:
    """The names of a plan's entries, by id; an id without a name is its own name."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def task(self, name: str) -> str:
        """Return what a task or milestone is called."""
        return self._work.get(name, name)

    def person(self, name: str) -> str:
        """Return what a person is called."""
        return self._people.get(name, name)

    def line(self, name: str) -> str:
        """Return what a line of spending is called."""
        return self._lines.get(name, name)

    def product(self, name: str) -> str:
        """Return what a product is called."""
        return self._products.get(name, name)

    def segment(self, name: str) -> str:
        """Return what a group of customers and a product are called, from `segment: product`."""
        group, _, product = name.partition(": ")
        called = {s.id: s.name or s.id for s in self._plan.market.segments}.get(group, group)
        return f"{called}: {self.product(product)}" if product else called

    def any(self, name: str) -> str:
        """Return what anything is called."""
        for known in (self._work, self._people, self._lines, self._products, self._risks):
            if name in known:
                return known[name]
        return name

    def input(self, name: str) -> str:
        """Return what an uncertain input is called, such as `effort: t-train`."""
        kind, colon, which = name.partition(": ")
        return f"{kind}: {self.any(which)}" if colon else name

    @cached_property
    def project_of(self) -> dict[str, str]:
        """The project of each task and milestone."""
        projects = self._plan.projects
        tasks = {task.id: project.id for project in projects for task in project.tasks}
        return tasks | {m.id: project.id for project in projects for m in project.milestones}

    @cached_property
    def _work(self) -> dict[str, str]:
        tasks = {task.id: task.title or task.id for task in self._plan.tasks}
        return tasks | {m.id: m.title or m.id for m in self._plan.milestones}

    @cached_property
    def _people(self) -> dict[str, str]:
        return {person.id: person.name or person.id for person in self._plan.people}

    @cached_property
    def _lines(self) -> dict[str, str]:
        return {channel.id: channel.name or channel.id for channel in self._plan.channels}

    @cached_property
    def _products(self) -> dict[str, str]:
        return {product.id: product.name or product.id for product in self._plan.products}

    @cached_property
    def _risks(self) -> dict[str, str]:
        return {risk.id: risk.title for risk in self._plan.risks}

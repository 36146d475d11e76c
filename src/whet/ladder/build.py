"""How does a card become a package? Audit, climb, test once, package, register, report.

Every stage can be killed: the same command then starts again, takes embeddings and fine-tuning from
where they were, and nothing half-made is left under a final name.
"""

import json
import shutil
import threading
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from whet.cards.schema import Trust
from whet.core.clock import Clock, utc_now
from whet.core.errors import InputError, WhetError
from whet.core.files import disk_explained, sha256_file, write_atomic
from whet.core.progress import Progress, Stoppable, StopRequested
from whet.data.audit.finding import Finding
from whet.data.versions import write_version
from whet.evaluation.report.page import render_report
from whet.ladder.answers import write_answers
from whet.ladder.audit import Audited, audit_card
from whet.ladder.augment import is_augmented
from whet.ladder.candidates import Candidate, Climb, Step
from whet.ladder.climb import FINISHING_SHARE, climb
from whet.ladder.context import Context
from whet.ladder.curve import Point, measure_curve
from whet.ladder.environment import environment
from whet.ladder.final import final_model
from whet.ladder.finish import Packaged, Winner, write_package
from whet.ladder.model_guards import context_of, model_findings
from whet.ladder.outcome import curve_facts, first_facts, hardware_facts, step_facts, test_facts
from whet.ladder.same_run import run_of
from whet.ladder.targets.contract import Facts
from whet.ladder.targets.registry import open_target
from whet.ladder.tracking import Tracker
from whet.runtime.cluster import joined
from whet.serving.package import MANIFEST_FILE
from whet.store.curves import CurvePoint
from whet.store.measurements import Cost
from whet.store.packages import Package
from whet.store.store import Store, open_store
from whet.store.versions import DataVersion


def build(  # noqa: PLR0913 (what a whole build can be told)
    card_path: Path,
    *,
    progress: Progress,
    version: str | None = None,
    trust: Trust | None = None,
    resume: str | None = None,
    processes: int = 1,
    may_answer: bool = True,
    clock: Clock = utc_now,
) -> Facts:
    """Return the facts of a whole build; `facts["gate_holds"]` says whether it is good enough.

    Args:
        version: data version to build from instead of the card's own files.
        trust: what may be run to load the base, beside what the card allows.
        resume: the interrupted run to take up; otherwise one of the same card and data, if any.
        processes: that tune an encoder together, at least 1.
        may_answer: whether a package that holds its gate becomes the champion; else it becomes the
            challenger, to be compared first.

    Raises:
        InputError: the card, the data or a guard that is not waived stops the build; or the run
            to resume is of another card or other data.
        BusyError: another process is building this card.
        StopRequested: somebody asked the run to stop; it can be taken up again.
    """
    started, began = time.monotonic(), clock()
    audited = audit_card(card_path, progress=progress, version=version, trust=trust)
    _refuse_stops(audited.findings)
    name = audited.card.name
    with ExitStack() as stack:
        home = audited.workspace.home
        stack.enter_context(disk_explained(home))
        stack.enter_context(joined(home))
        store = stack.enter_context(open_store(audited.workspace.database_url))
        stack.enter_context(store.lock(f"build:{name}"))
        _record_data(store, audited, clock)
        run = run_of(store, audited, resume)
        _sweep(audited.workspace.packages / name, store, run)
        stack.enter_context(store.runs.keep_alive(run))
        progress = _stoppable(progress, stack, store, run)
        folder = audited.workspace.runs / run
        card = audited.card.model_dump(mode="json")
        try:
            tracker = stack.enter_context(Tracker(store, run, folder, card))
            told = (clock, started, began, processes, may_answer)
            job = _Job(audited, store, run, folder, tracker, progress, *told)
            published = _published(job)
            return job.close(published) if published else job.work()
        except BaseException as error:
            # A kill, Ctrl-C and a request leave the run `interrupted`; it can be taken up again.
            status = "failed" if isinstance(error, Exception) else "interrupted"
            seconds = time.monotonic() - started
            store.runs.finish(run, status, reason=_reason(error), seconds=seconds)
            raise


@dataclass
class _Job:
    """One build at work."""

    audited: Audited
    store: Store
    run: str
    folder: Path
    tracker: Tracker
    progress: Progress
    clock: Clock
    started: float
    """`time.monotonic()` when the build began."""
    began: datetime
    processes: int
    may_answer: bool

    def work(self) -> Facts:
        """Return the facts after every stage."""
        audited = self.audited
        context = replace(
            context_of(audited, progress=self.progress),
            on_training=lambda step, values: self._show(step, values),
            processes=self.processes,
        )
        findings = list(audited.findings)
        ascent = climb(
            context,
            started=self.started,
            on_step=lambda step: self._record_step(context, step),
            after_first=lambda first: findings.extend(_model_guards(context, first)),
        )
        points = self._curves(context, ascent)
        facts = first_facts(
            context,
            run=self.run,
            card_path=audited.card_path,
            from_version=audited.version,
            environment=environment(),
            findings=[finding.to_json() for finding in findings],
        )
        facts |= {
            "verdicts": [step_facts(context, step) for step in ascent.steps],
            "winner": ascent.winner.name,
            "why": ascent.why,
            "curve": curve_facts(context, ascent.winner.name, points),
            "hardware": hardware_facts(context),
        }
        return self._finish(context, ascent, facts)

    def _finish(self, context: Context, ascent: Climb, facts: Facts) -> Facts:
        """Return the facts after the test, the package and the report."""
        self.progress.start("final fit and test")
        final = final_model(context, ascent.winner, deadline=self._deadline(context))
        target, fitted = open_target(context), final.fitted
        test = fitted.predict(context.test_rows)
        examined = target.examine(ascent, fitted, test)
        write_answers(self.folder, context, examined.arrays)
        facts |= test_facts(target, ascent, test) | examined.sections
        facts["final"] = final.facts()
        created = self.clock()
        package_version = created.strftime("%Y%m%dT%H%M%S") + _mark(self.run)
        place = self.audited.workspace.packages / context.card.name / package_version
        facts |= {
            "started": self.began.isoformat(timespec="seconds"),
            "seconds": time.monotonic() - self.started,
            "exit_reason": ascent.ended,
        }
        packing = examined.packing(package_version, str(created), facts)
        packaged = write_package(Winner(context, packing), place)
        facts["package"] = {
            "path": str(packaged.path),
            "version": package_version,
            "form": packaged.form,
            "bytes": packaged.bytes,
            "parity": [asdict(entry) for entry in packaged.parity],
        }
        report = self.folder / "report.html"
        facts |= {"report": str(report), "seconds": time.monotonic() - self.started}
        try:
            self._publish(context, facts, packaged, report)
        except BaseException:
            shutil.rmtree(packaged.path, ignore_errors=True)  # what nobody registered, nobody finds
            raise
        # What only a resumed build needs is as large as the model several times over.
        shutil.rmtree(context.work_folder, ignore_errors=True)
        return self.close(facts)

    def _publish(self, context: Context, facts: Facts, packaged: Packaged, report: Path) -> None:
        """Write the report and the facts, and register the package."""
        self.progress.start("writing the report")
        write_atomic(report, render_report(facts))
        write_atomic(report.with_suffix(".json"), json.dumps(facts, ensure_ascii=False, indent=1))
        self.store.packages.add(
            Package(
                name=context.card.name,
                version=facts["package"]["version"],
                path=str(packaged.path),
                form=packaged.form,
                bytes=packaged.bytes,
                manifest_sha256=sha256_file(packaged.path / MANIFEST_FILE),
                metrics=facts["test"],
                data_version=context.dataset.version,
                created=self.clock(),
                run=self.run,
            )
        )

    def close(self, facts: Facts) -> Facts:
        """Say what the registered package is for, and how the run ended; return the facts."""
        holds = bool(facts["gate_holds"])
        # A package that fails its gate is kept to look at, and never answers by itself.
        alias = "champion" if holds and self.may_answer else "challenger"
        self.store.packages.set_alias(facts["name"], alias, facts["package"]["version"])
        for name, value in facts["test"].items():
            self.tracker.log(f"test/{name}", value["value"], 0)
        self.store.runs.finish(
            self.run,
            "built" if holds else "gate_failed",
            reason=facts["exit_reason"],
            seconds=facts["seconds"],
            facts=facts,
        )
        return facts

    def _record_step(self, context: Context, step: Step) -> None:
        """Store a line of the verdict table as soon as it is known."""
        facts = step_facts(context, step)
        self.store.measurements.add_verdict(self.run, facts)
        self.progress.note(f"{step.candidate}: {step.reason}")
        if step.value is None:
            return
        self.tracker.log(f"validation/{facts['metric']}/{step.candidate}", step.value.value, 0)
        self.store.measurements.add_cost(
            self.run,
            Cost(
                stage=f"rung:{step.candidate}",
                seconds=step.seconds,
                device=context.hardware.device.type,
                rows=len(context.development),
                peak_bytes=step.peak_bytes,
                predicted_seconds=step.predicted_seconds,
            ),
        )

    def _show(self, step: int, values: dict[str, float]) -> None:
        """Draw the values of one training step; scores go to the store as well."""
        for name, value in values.items():
            if name == "score":
                self.tracker.log("training/score", value, step)
            else:
                self.tracker.show(f"training/{name}", value, step)

    def _deadline(self, context: Context) -> float:
        """Return when learning must end. What is kept for finishing is halved: one half for curves
        and the last fit, the other for test and package."""
        return self.started + context.card.budget.minutes * 60 * (1 - FINISHING_SHARE / 2)

    def _curves(self, context: Context, ascent: Climb) -> list[Point]:
        """Return the learning curves of the cheap rungs that were climbed, and store them."""
        points: list[Point] = []
        judging_folds = open_target(context).judging_folds
        metric = context.card.metrics.primary
        deadline = self._deadline(context)
        for candidate in ascent.candidates:
            if not candidate.rung.cross_validated or candidate.name in judging_folds:
                continue
            if is_augmented(candidate.name):  # several times the cost of its rung's, to say as much
                continue
            measured = list(
                measure_curve(context, candidate.name, candidate.rung, deadline=deadline)
            )
            points.extend(measured)
            self.store.curves.add(
                CurvePoint(self.run, p.candidate, metric, p.size, p.seed, p.value) for p in measured
            )
        return points


def _reason(error: BaseException) -> str:
    """Return in a line why an error ended a run."""
    if isinstance(error, StopRequested):
        return "stopped on request"
    if isinstance(error, KeyboardInterrupt):
        return "stopped by Ctrl-C"
    said = next(iter(str(error).splitlines()), "")
    return said if isinstance(error, WhetError) else f"{type(error).__name__}: {said}"


def _published(job: _Job) -> Facts | None:
    """Return the facts of a run that was killed after its package was registered; usually None."""
    packages = job.store.packages.all(job.audited.card.name)
    if not any(package.run == job.run for package in packages):
        return None
    facts: Facts = json.loads((job.folder / "report.json").read_text(encoding="utf-8"))
    return facts


def _model_guards(context: Context, first: Candidate) -> list[Finding]:
    """Return what the cheapest rung's answers say about the labels; stop where they must."""
    found = model_findings(context, first)
    _refuse_stops(found)
    return found


def _refuse_stops(findings: list[Finding]) -> None:
    """Stop the build when a guard says so, naming every one at once."""
    stops = [finding for finding in findings if finding.severity == "stop"]
    if stops:
        lines = [f"{finding.guard}: {finding.sentence}" for finding in stops]
        raise InputError(
            "The audit stops the build:\n  "
            + "\n  ".join(lines)
            + "\nMend the data (`whet audit CARD --fix` does what is mechanical), or waive a guard "
            "in the card with a reason: `waive: {guard: reason}`."
        )


def _mark(run: str) -> str:
    """Return the end of the version of a run's package: the random part of the run's id."""
    return f"-{run[-9:]}"


def _sweep(folder: Path, store: Store, run: str) -> None:
    """Remove what this run was packaging when it was killed.

    Whoever holds the lock is the only one at work, so hidden folders are nobody's any more. A whole
    folder may be one of another database: it is removed only when this run made it and was killed
    before it could register it.
    """
    registered = {package.version for package in store.packages.all(folder.name)}
    own = [place for place in folder.glob(f"*{_mark(run)}") if place.name not in registered]
    for unfinished in (*folder.glob(".*"), *own):
        shutil.rmtree(unfinished, ignore_errors=True)


def _record_data(store: Store, audited: Audited, clock: Clock) -> None:
    """Keep the data version: what a model learnt from can be looked up later."""
    dataset, source = audited.dataset, audited.card.data.source.path
    write_version(audited.workspace, dataset, parent=None, changes=[], created=clock())
    rows = {
        "train": len(dataset.train),
        "validation": len(dataset.validation) if dataset.validation else 0,
        "test": len(dataset.test),
        "out_of_scope": len(dataset.out_of_scope) if dataset.out_of_scope else 0,
        "unlabelled": len(dataset.unlabelled) if dataset.unlabelled else 0,
    }
    store.versions.add(DataVersion(dataset.version, source, rows, {}, clock()))


def _stoppable(progress: Progress, stack: ExitStack, store: Store, run: str) -> Progress:
    """Return a progress that ends the run at its next step once somebody has asked for that."""
    stop = threading.Event()
    stack.enter_context(store.runs.when_stop_is_requested(run, stop.set))
    reason = f"Run {run} was stopped on request. To take it up again: whet runs resume {run}"
    return Stoppable(progress, stop, reason)

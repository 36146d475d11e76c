"""How is the server doing? Counters for Prometheus, in a registry of their own."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from whet.serving.watch import Live, Refusal

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_TEXTS = (1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """The metrics of one server; every name begins with `whet_`."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "whet_requests", "Requests answered.", ["route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "whet_request_seconds",
            "Time taken.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.texts = Counter("whet_texts", "Texts answered.", ["model"], registry=registry)
        self.abstentions = Counter(
            "whet_abstentions", "Texts on which the model abstained.", ["model"], registry=registry
        )
        self.batch = Histogram(
            "whet_batch_texts", "Texts in one batch.", buckets=_TEXTS, registry=registry
        )
        self._waiting = Gauge("whet_waiting_texts", "Texts that wait.", registry=registry)
        self._package = Gauge(
            "whet_package_info", "Live packages.", ["name", "version", "form"], registry=registry
        )
        self._refused = Gauge(
            "whet_package_refused",
            "Packages that should answer and cannot be opened.",
            ["name", "version"],
            registry=registry,
        )

    def observe_batch(self, size: int) -> None:
        """Count one batch of `size` texts."""
        self.batch.observe(size)

    def text(self, live: Mapping[str, Live], refused: Mapping[str, Refusal]) -> bytes:
        """Return all metrics in Prometheus' text format, of what answers now and what cannot."""
        self._waiting.set(sum(model.depth for model in live.values()))
        self._package.clear()  # a version that was swapped out is no longer live
        for name, model in live.items():
            form = model.predictor.contents.form
            self._package.labels(name, model.version, form).set(1)
        self._refused.clear()
        for name, refusal in refused.items():
            self._refused.labels(name, refusal.target.version).set(1)
        return generate_latest(self._registry)

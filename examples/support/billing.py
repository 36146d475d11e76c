"""What does Larkspur's billing system say about an invoice? The system that desk.yaml looks up.

python examples/support/billing.py            # answers on http://127.0.0.1:8499/invoices/LK-2026-0417
"""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 8499

INVOICES: dict[str, tuple[str, str, str]] = {
    "LK-2026-0311": ("paid", "54.00 EUR", "2026-03-01"),
    "LK-2026-0388": ("paid", "132.00 EUR", "2026-03-15"),
    "LK-2026-0417": ("paid", "72.00 EUR", "2026-04-01"),
    "LK-2026-0502": ("refused by the bank", "72.00 EUR", "2026-05-01"),
    "LK-2026-0533": ("refused: the card has expired", "660.00 GBP", "2026-05-09"),
    "LK-2026-0588": ("open until 2026-06-14", "48.00 EUR", "2026-05-31"),
    "LK-2026-0609": ("waiting for the bank transfer", "1320.00 EUR", "2026-06-01"),
    "LK-2026-0641": ("refunded", "18.00 GBP", "2026-06-11"),
}
"""By number: state, total, day."""


class Billing(BaseHTTPRequestHandler):
    """Answers about one invoice at a time."""

    def do_GET(self) -> None:
        """Send what is known of the invoice that the path names, else 404."""
        number = self.path.rpartition("/")[2].upper()
        found = INVOICES.get(number)
        names = ("state", "total", "day")
        content = {"invoice": number, **dict(zip(names, found, strict=True))} if found else {}
        data = json.dumps(content).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a customer's number belongs in no log."""


def serve(port: int = PORT) -> ThreadingHTTPServer:
    """Return the system, listening at a port of this machine; `serve_forever` runs it."""
    return ThreadingHTTPServer(("127.0.0.1", port), Billing)


if __name__ == "__main__":
    serve().serve_forever()

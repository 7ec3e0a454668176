"""The parts of a dashboard (Grafana's classic model), without any library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

COLUMNS = 24
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
SELECT = 'job=~"$job",instance=~"$instance"'

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression; ``SEL`` in it stands for the job and instance selectors."""

    expr: str
    legend: str = ""
    instant: bool = False

    def json(self, number: int) -> Json:
        """The target of a panel, with refId A, B, ..."""
        return {
            "datasource": DATASOURCE,
            "editorMode": "code",
            "expr": self.expr.replace("SEL", SELECT),
            "instant": self.instant,
            "legendFormat": self.legend,
            "range": not self.instant,
            "refId": chr(ord("A") + number),
        }


@dataclass(frozen=True, slots=True)
class Step:
    """From this value on, this colour."""

    color: str
    value: float | None = None

    def json(self) -> Json:
        """A step of the thresholds."""
        return {"color": self.color, "value": self.value}


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture.  ``kind`` is stat, timeseries or bargauge; ``width`` of 24 columns."""

    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    kind: str = "timeseries"
    width: int = 8
    height: int = 7
    stacked: bool = False
    steps: tuple[Step, ...] = (Step("blue"),)
    colors: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def json(self, number: int, x: int, y: int) -> Json:
        """The panel at its place in the grid."""
        return {
            "datasource": DATASOURCE,
            "description": self.description,
            "fieldConfig": {"defaults": self._defaults(), "overrides": self._overrides()},
            "gridPos": {"h": self.height, "w": self.width, "x": x, "y": y},
            "id": number,
            "options": self._options(),
            "targets": [query.json(i) for i, query in enumerate(self.queries)],
            "title": self.title,
            "type": self.kind,
        }

    def _defaults(self) -> Json:
        values = {value: {"index": i, "text": w} for i, (value, w) in enumerate(self.words.items())}
        defaults: Json = {
            "color": {"mode": "palette-classic" if self.kind == "timeseries" else "thresholds"},
            "mappings": [{"options": values, "type": "value"}] if values else [],
            "min": 0,
            "thresholds": {"mode": "absolute", "steps": [step.json() for step in self.steps]},
            "unit": self.unit,
        }
        if self.kind == "timeseries":
            defaults["custom"] = {
                "drawStyle": "line",
                "fillOpacity": 25 if self.stacked else 5,
                "lineWidth": 1,
                "showPoints": "never",
                "stacking": {"group": "A", "mode": "normal" if self.stacked else "none"},
            }
        return defaults

    def _overrides(self) -> list[Json]:
        return [
            {
                "matcher": {"id": "byRegexp", "options": f"/{name}$/"},
                "properties": [{"id": "color", "value": {"fixedColor": color, "mode": "fixed"}}],
            }
            for name, color in self.colors.items()
        ]

    def _options(self) -> Json:
        if self.kind == "timeseries":
            return {
                "legend": {"calcs": [], "displayMode": "list", "placement": "bottom"},
                "tooltip": {"mode": "multi", "sort": "desc"},
            }
        reduce: Json = {"calcs": ["lastNotNull"], "fields": "", "values": False}
        if self.kind == "bargauge":
            return {"displayMode": "basic", "orientation": "horizontal", "reduceOptions": reduce}
        return {"colorMode": "value", "graphMode": "area", "reduceOptions": reduce}


@dataclass(frozen=True, slots=True)
class Row:
    """A heading with the panels below it."""

    title: str
    panels: tuple[Panel, ...]


def placed(rows: tuple[Row, ...]) -> Iterator[Json]:
    """Headings and panels with numbers and places, line by line over 24 columns."""
    number, y = 1, 0
    for row in rows:
        place = {"h": 1, "w": COLUMNS, "x": 0, "y": y}
        yield {
            "collapsed": False,
            "gridPos": place,
            "id": number,
            "panels": [],
            "title": row.title,
            "type": "row",
        }
        number, x, y, line = number + 1, 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > COLUMNS:
                x, y, line = 0, y + line, 0
            yield panel.json(number, x, y)
            number, x, line = number + 1, x + panel.width, max(line, panel.height)
        y += line
